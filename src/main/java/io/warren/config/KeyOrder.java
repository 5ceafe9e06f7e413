package io.warren.config;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;

/** The order of a map's keys in gost's output: by bytes in JSON; in YAML letters after other characters, and numbers by their value. */
final class KeyOrder {
    private static final Comparator<String> JSON =
            (a, b) -> Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

    private KeyOrder() {}

    static Map<String, Object> sorted(Map<String, Object> map, Format format) {
        Map<String, Object> out = new LinkedHashMap<>();
        map.keySet().stream()
                .sorted(format == Format.JSON ? JSON : KeyOrder::natural)
                .forEach(key -> out.put(key, map.get(key)));
        return out;
    }

    static int natural(String left, String right) {
        int[] a = left.codePoints().toArray();
        int[] b = right.codePoints().toArray();
        boolean digits = false;
        for (int i = 0; i < a.length && i < b.length; i++) {
            if (a[i] == b[i]) {
                digits = Character.isDigit(a[i]);
                continue;
            }
            boolean leftLetter = Character.isLetter(a[i]);
            boolean rightLetter = Character.isLetter(b[i]);
            if (leftLetter && rightLetter) {
                return Integer.compare(a[i], b[i]);
            }
            if (leftLetter || rightLetter) {
                // After digits a letter comes first, otherwise last.
                return leftLetter == digits ? -1 : 1;
            }
            return numbers(a, b, i);
        }
        return Integer.compare(a.length, b.length);
    }

    private static int numbers(int[] a, int[] b, int at) {
        long left = 0;
        long right = 0;
        if (a[at] == '0' || b[at] == '0') {
            // Zeros inside of a number that both have begun count, leading ones do not.
            for (int j = at - 1; j >= 0 && Character.isDigit(a[j]); j--) {
                if (a[j] != '0') {
                    left = 1;
                    right = 1;
                    break;
                }
            }
        }
        int i = at;
        for (; i < a.length && Character.isDigit(a[i]); i++) {
            left = left * 10 + (a[i] - '0');
        }
        int j = at;
        for (; j < b.length && Character.isDigit(b[j]); j++) {
            right = right * 10 + (b[j] - '0');
        }
        if (left != right) {
            return Long.compare(left, right);
        }
        return i != j ? Integer.compare(i, j) : Integer.compare(a[at], b[at]);
    }
}
