package io.warren.codec;

import io.netty.buffer.ByteBuf;
import io.warren.net.ProxyException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The header fields of an HTTP/1 message, in order and byte for byte as they came (RFC 9112 section 5). Names match in any case. Immutable.
 */
public final class HttpFields {
    /** More fields than any client of ours sends. */
    public static final int MAX = 256;

    private static final boolean[] TOKEN = new boolean[128];

    static {
        for (char c = '0'; c < 'z' + 1; c++) {
            TOKEN[c] = Character.isLetterOrDigit(c);
        }
        for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
            TOKEN[c] = true;
        }
    }

    private final byte[] bytes;
    /** Four for each field: where its name begins and ends, where its value does. */
    private final int[] marks;

    private HttpFields(byte[] bytes, int[] marks) {
        this.bytes = bytes;
        this.marks = marks;
    }

    /**
     * Reads the lines from {@code start} up to the empty line that ends {@code head}.
     *
     * @throws ProxyException PROTOCOL for a folded line, blanks before a colon, a bad name, control characters, and more than {@value #MAX} fields
     */
    static HttpFields parse(byte[] head, int start, boolean bareLf) {
        int[] marks = new int[64];
        int n = 0;
        int line = start;
        while (line < head.length) {
            int end = lineEnd(head, line, bareLf);
            if (end == line) {
                break;
            }
            if (n == MAX * 4) {
                throw ProxyException.protocol("more than " + MAX + " header fields");
            }
            if (n == marks.length) {
                marks = Arrays.copyOf(marks, n * 2);
            }
            field(head, line, end, marks, n);
            n += 4;
            line = next(head, end);
        }
        return new HttpFields(head, Arrays.copyOf(marks, n));
    }

    /** Where the text of the line from {@code start} on ends: at CR LF, or with {@code bareLf} at LF alone, too. */
    static int lineEnd(byte[] head, int start, boolean bareLf) {
        for (int i = start; i < head.length; i++) {
            byte b = head[i];
            if (b == '\n' && bareLf) {
                return i;
            }
            if (b == '\r' && i + 1 < head.length && head[i + 1] == '\n') {
                return i;
            }
            if ((b >= 0 && b < ' ' && b != '\t') || b == 0x7f) {
                throw ProxyException.protocol(
                        "control character 0x" + Integer.toHexString(b) + " in an HTTP head (expected: text)");
            }
        }
        throw ProxyException.protocol("HTTP head without an empty line");
    }

    /** Where the line after the one that ends at {@code end} begins. */
    static int next(byte[] head, int end) {
        return head[end] == '\r' ? end + 2 : end + 1;
    }

    private static void field(byte[] head, int start, int end, int[] marks, int n) {
        int colon = start;
        while (colon < end && isToken(head[colon])) {
            colon++;
        }
        if (colon == start || colon == end || head[colon] != ':') {
            String what = head[start] == ' ' || head[start] == '\t' ? "folded header field" : "header field";
            throw ProxyException.protocol(
                    what + " \"" + text(head, start, Math.min(end, start + 40)) + "\" (expected: name, colon, value)");
        }
        int from = colon + 1;
        int to = end;
        while (from < to && blank(head[from])) {
            from++;
        }
        while (to > from && blank(head[to - 1])) {
            to--;
        }
        marks[n] = start;
        marks[n + 1] = colon;
        marks[n + 2] = from;
        marks[n + 3] = to;
    }

    private static boolean blank(byte b) {
        return b == ' ' || b == '\t';
    }

    static boolean isToken(byte b) {
        return b > 0 && TOKEN[b];
    }

    static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    public int size() {
        return marks.length / 4;
    }

    public String name(int i) {
        return text(bytes, marks[4 * i], marks[4 * i + 1]);
    }

    public String value(int i) {
        return text(bytes, marks[4 * i + 2], marks[4 * i + 3]);
    }

    /** Whether field {@code i} is called {@code name}. */
    public boolean is(int i, String name) {
        return same(marks[4 * i], marks[4 * i + 1], name);
    }

    private boolean same(int from, int to, String text) {
        if (to - from != text.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (lower(bytes[from + i]) != lower((byte) text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static int lower(byte b) {
        return b >= 'A' && b <= 'Z' ? b + 32 : b;
    }

    /** The value of the first field of that name. */
    public Optional<String> first(String name) {
        for (int i = 0; i < size(); i++) {
            if (is(i, name)) {
                return Optional.of(value(i));
            }
        }
        return Optional.empty();
    }

    public boolean has(String name) {
        return count(name) > 0;
    }

    public int count(String name) {
        int n = 0;
        for (int i = 0; i < size(); i++) {
            if (is(i, name)) {
                n++;
            }
        }
        return n;
    }

    /** Whether a comma-separated field, which may be spread over several lines, contains {@code element} in any case. */
    public boolean lists(String name, String element) {
        for (int i = 0; i < size(); i++) {
            if (is(i, name) && elements(i).stream().anyMatch(element::equalsIgnoreCase)) {
                return true;
            }
        }
        return false;
    }

    /** The elements of all fields of that name, which are comma-separated lists. */
    public List<String> elements(String name) {
        List<String> all = List.of();
        for (int i = 0; i < size(); i++) {
            if (is(i, name)) {
                all = all.isEmpty() ? new ArrayList<>() : all;
                all.addAll(elements(i));
            }
        }
        return all;
    }

    private List<String> elements(int i) {
        String value = value(i);
        if (value.indexOf(',') < 0) {
            return value.isEmpty() ? List.of() : List.of(value);
        }
        return Arrays.stream(value.split(","))
                .map(String::strip)
                .filter(element -> !element.isEmpty())
                .toList();
    }

    /** Appends field {@code i} as a line. */
    public void write(int i, ByteBuf out) {
        out.writeBytes(bytes, marks[4 * i], marks[4 * i + 1] - marks[4 * i]);
        out.writeByte(':').writeByte(' ');
        out.writeBytes(bytes, marks[4 * i + 2], marks[4 * i + 3] - marks[4 * i + 2]);
        out.writeByte('\r').writeByte('\n');
    }

    /** The whole head's length in bytes: a bound for what {@link #write} appends in all, but for two bytes a field. */
    public int headLength() {
        return bytes.length;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < size(); i++) {
            text.append(name(i)).append(": ").append(value(i)).append('\n');
        }
        return text.toString();
    }

    /** A name as Go writes it: {@code x-served-by} as {@code X-Served-By}. */
    public static String canonical(String name) {
        StringBuilder text = new StringBuilder(name.length());
        boolean first = true;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            text.append(first ? Character.toUpperCase(c) : Character.toLowerCase(c));
            first = c == '-';
        }
        return text.toString();
    }
}
