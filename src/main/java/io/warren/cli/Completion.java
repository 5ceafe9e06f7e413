package io.warren.cli;

import java.util.stream.Collectors;

/** Scripts that let a shell complete {@code warren ctl}. */
final class Completion {
    private Completion() {}

    static String script(String shell) {
        String verbs = "status top " + String.join(" ", CtlVerb.ALL.keySet()) + " completion help";
        String flags =
                CtlOptions.FLAGS.keySet().stream().map(flag -> "--" + flag).collect(Collectors.joining(" "));
        return switch (shell) {
            case "bash" -> """
                _warren() {
                  local word=${COMP_WORDS[COMP_CWORD]}
                  if [ "$COMP_CWORD" -eq 1 ]; then
                    COMPREPLY=($(compgen -W "ctl status top check" -- "$word"))
                  elif [ "${COMP_WORDS[1]}" = ctl ] && [ "$COMP_CWORD" -eq 2 ]; then
                    COMPREPLY=($(compgen -W "VERBS" -- "$word"))
                  elif [ "${word#-}" != "$word" ]; then
                    COMPREPLY=($(compgen -W "FLAGS" -- "$word"))
                  else
                    COMPREPLY=($(compgen -f -- "$word"))
                  fi
                }
                complete -F _warren warren
                """.replace("VERBS", verbs).replace("FLAGS", flags);
            case "zsh" -> """
                #compdef warren
                _warren() {
                  if (( CURRENT == 2 )); then
                    compadd ctl status top check
                  elif (( CURRENT == 3 )) && [[ $words[2] == ctl ]]; then
                    compadd VERBS
                  elif [[ $words[CURRENT] == -* ]]; then
                    compadd -- FLAGS
                  else
                    _files
                  fi
                }
                compdef _warren warren
                """.replace("VERBS", verbs).replace("FLAGS", flags);
            default -> throw new UsageException("shell \"" + shell + "\" (expected: bash or zsh)");
        };
    }
}
