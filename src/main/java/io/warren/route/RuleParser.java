package io.warren.route;

import java.util.ArrayList;
import java.util.List;

/**
 * The grammar of rules, that of Go expressions over calls: {@code ||} binds weaker than {@code &&}, {@code !} strongest; arguments are texts in double
 * quotes with Go's escapes, or in backquotes without any.
 */
final class RuleParser {
    private static final int MAX_LENGTH = 64 * 1024;
    private static final int MAX_DEPTH = 100;

    /** Makes the matcher of one call. */
    @FunctionalInterface
    interface Functions {
        /** @param index where the call begins, for a {@link RuleException} */
        Matcher call(int index, String name, List<String> arguments);
    }

    private final String rule;
    private final Functions functions;
    private int at;
    private int depth;

    private RuleParser(String rule, Functions functions) {
        this.rule = rule;
        this.functions = functions;
    }

    /** @throws RuleException when it is no rule */
    static Matcher parse(String rule, Functions functions) {
        if (rule.length() > MAX_LENGTH) {
            throw new RuleException(MAX_LENGTH, "a rule of " + rule.length() + " characters is too long");
        }
        RuleParser parser = new RuleParser(rule, functions);
        Matcher matcher = parser.or();
        parser.blanks();
        if (parser.at < rule.length()) {
            throw parser.unexpected("&& or || or the end");
        }
        return matcher;
    }

    private Matcher or() {
        List<Matcher> parts = new ArrayList<>();
        do {
            parts.add(and());
        } while (accept("||"));
        return parts.size() == 1
                ? parts.get(0)
                : (session, target) -> parts.stream().anyMatch(part -> part.matches(session, target));
    }

    private Matcher and() {
        List<Matcher> parts = new ArrayList<>();
        do {
            parts.add(not());
        } while (accept("&&"));
        return parts.size() == 1
                ? parts.get(0)
                : (session, target) -> parts.stream().allMatch(part -> part.matches(session, target));
    }

    private Matcher not() {
        if (++depth > MAX_DEPTH) {
            throw new RuleException(at, "nested deeper than " + MAX_DEPTH);
        }
        Matcher matcher;
        if (accept("!")) {
            Matcher inner = not();
            matcher = (session, target) -> !inner.matches(session, target);
        } else if (accept("(")) {
            matcher = or();
            expect(")");
        } else {
            matcher = call();
        }
        depth--;
        return matcher;
    }

    private Matcher call() {
        blanks();
        int start = at;
        while (at < rule.length() && Character.isLetterOrDigit(rule.charAt(at))) {
            at++;
        }
        if (at == start) {
            throw unexpected("a function, ! or (");
        }
        String name = rule.substring(start, at);
        expect("(");
        List<String> arguments = new ArrayList<>();
        if (!accept(")")) {
            do {
                arguments.add(text());
            } while (accept(","));
            expect(")");
        }
        return functions.call(start, name, List.copyOf(arguments));
    }

    private String text() {
        blanks();
        int start = at;
        String text;
        if (accept("`")) {
            int end = rule.indexOf('`', at);
            if (end < 0) {
                throw new RuleException(start, "` without its closing `");
            }
            text = rule.substring(at, end);
            at = end + 1;
        } else if (accept("\"")) {
            text = quoted(start);
        } else {
            throw unexpected("a text in \" or `");
        }
        if (text.isEmpty()) {
            throw new RuleException(start, "an empty text");
        }
        return text;
    }

    private String quoted(int start) {
        StringBuilder text = new StringBuilder();
        while (at < rule.length()) {
            char c = rule.charAt(at++);
            if (c == '"') {
                return text.toString();
            }
            text.append(c == '\\' ? escape() : c);
        }
        throw new RuleException(start, "\" without its closing \"");
    }

    private char escape() {
        char c = at < rule.length() ? rule.charAt(at++) : ' ';
        return switch (c) {
            case '\\', '"' -> c;
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'x' -> hex(2);
            case 'u' -> hex(4);
            default -> throw new RuleException(at - 2, "unknown escape \\" + c + " (in ` a \\ is itself)");
        };
    }

    private char hex(int digits) {
        try {
            char c = (char) Integer.parseInt(rule, at, Math.min(at + digits, rule.length()), 16);
            at += digits;
            return c;
        } catch (NumberFormatException e) {
            throw new RuleException(at, "expected " + digits + " hexadecimal digits");
        }
    }

    private boolean accept(String token) {
        blanks();
        boolean there = rule.startsWith(token, at);
        at += there ? token.length() : 0;
        return there;
    }

    private void expect(String token) {
        if (!accept(token)) {
            throw unexpected(token);
        }
    }

    private void blanks() {
        while (at < rule.length() && Character.isWhitespace(rule.charAt(at))) {
            at++;
        }
    }

    private RuleException unexpected(String expected) {
        blanks();
        return new RuleException(
                at, (at == rule.length() ? "the end" : "'" + rule.charAt(at) + "'") + " (expected: " + expected + ")");
    }
}
