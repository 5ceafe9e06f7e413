package io.warren.policy.bypass;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * A pattern of a name: {@code *} any text, dots included, {@code ?} one character, {@code [a-z]} and {@code [!a-z]} one of some, {@code {a,b}}
 * alternatives, {@code \} the next character itself. Matching takes at most the product of the lengths, whatever the pattern.
 */
final class Glob {
    private static final int MAX_ALTERNATIVES = 256;

    private final List<Step[]> alternatives;

    private Glob(List<Step[]> alternatives) {
        this.alternatives = alternatives;
    }

    /** What one character has to be; {@code any} = any number of any characters. */
    private record Step(boolean any, boolean negated, BitSet characters) {
        static final Step STAR = new Step(true, false, new BitSet());
        static final Step ONE = new Step(false, true, new BitSet());

        boolean takes(char c) {
            return characters.get(c) != negated;
        }
    }

    /** @return empty when the pattern is malformed or has more than {@value #MAX_ALTERNATIVES} alternatives */
    static Optional<Glob> compile(String pattern) {
        try {
            List<Step[]> alternatives = new ArrayList<>();
            for (String plain : expand(pattern)) {
                alternatives.add(steps(plain));
            }
            return Optional.of(new Glob(alternatives));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static List<String> expand(String pattern) {
        int open = find(pattern, 0, '{');
        if (open < 0) {
            if (find(pattern, 0, '}') >= 0) {
                throw new IllegalArgumentException("a closing brace too many");
            }
            return List.of(pattern);
        }
        List<String> expanded = new ArrayList<>();
        int depth = 0;
        int part = open + 1;
        List<String> parts = new ArrayList<>();
        for (int i = open; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '{') {
                depth++;
            } else if (depth == 1 && (c == ',' || c == '}')) {
                parts.add(pattern.substring(part, i));
                part = i + 1;
            }
            if (c == '}' && --depth == 0) {
                for (String middle : parts) {
                    expanded.addAll(expand(pattern.substring(0, open) + middle + pattern.substring(i + 1)));
                    if (expanded.size() > MAX_ALTERNATIVES) {
                        throw new IllegalArgumentException("too many alternatives");
                    }
                }
                return expanded;
            }
        }
        throw new IllegalArgumentException("an open brace");
    }

    private static int find(String pattern, int from, char wanted) {
        for (int i = from; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == wanted) {
                return i;
            }
            if (c == '\\') {
                i++;
            }
        }
        return -1;
    }

    private static Step[] steps(String pattern) {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '*') {
                if (steps.isEmpty() || !steps.get(steps.size() - 1).any()) {
                    steps.add(Step.STAR);
                }
            } else if (c == '?') {
                steps.add(Step.ONE);
            } else if (c == '[') {
                int close = pattern.indexOf(']', i + 1);
                steps.add(oneOf(pattern.substring(i + 1, Math.max(close, i + 1))));
                i = close;
            } else if (c == '\\') {
                i++;
                if (i == pattern.length()) {
                    throw new IllegalArgumentException("a backslash at the end");
                }
                steps.add(literal(pattern.charAt(i)));
            } else {
                steps.add(literal(c));
            }
        }
        return steps.toArray(Step[]::new);
    }

    private static Step literal(char c) {
        BitSet one = new BitSet();
        one.set(c);
        return new Step(false, false, one);
    }

    private static Step oneOf(String inside) {
        boolean negated = inside.startsWith("!");
        String text = negated ? inside.substring(1) : inside;
        if (text.isEmpty()) {
            throw new IllegalArgumentException("an empty or open character class");
        }
        BitSet set = new BitSet();
        if (text.length() == 3 && text.charAt(1) == '-') {
            if (text.charAt(0) > text.charAt(2)) {
                throw new IllegalArgumentException("a range from high to low");
            }
            set.set(text.charAt(0), text.charAt(2) + 1);
        } else {
            text.chars().forEach(set::set);
        }
        return new Step(false, negated, set);
    }

    boolean matches(String text) {
        for (Step[] steps : alternatives) {
            if (matches(steps, text)) {
                return true;
            }
        }
        return false;
    }

    // Only the last star has to be tried again with more text: what an earlier one could take more, this one can too.
    private static boolean matches(Step[] steps, String text) {
        int step = 0;
        int at = 0;
        int star = -1;
        int starAt = 0;
        while (at < text.length()) {
            if (step < steps.length && steps[step].any()) {
                star = step++;
                starAt = at;
            } else if (step < steps.length && steps[step].takes(text.charAt(at))) {
                step++;
                at++;
            } else if (star >= 0) {
                step = star + 1;
                at = ++starAt;
            } else {
                return false;
            }
        }
        while (step < steps.length && steps[step].any()) {
            step++;
        }
        return step == steps.length;
    }
}
