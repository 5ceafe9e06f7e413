package io.warren.spi;

import java.math.BigDecimal;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers of bytes as gost writes them: {@code 512KB}, {@code 1.5MB}, {@code 1GB512MB}; powers of 1024, upper case, never without a unit. */
public final class Sizes {
    /** What is expected, for messages. */
    public static final String EXPECTED = "a size with a unit, such as 100B, 512KB or 1.5MB";

    private static final Pattern PART = Pattern.compile("(\\d{1,18}(?:\\.\\d{1,18})?|\\.\\d{1,18})(B|[KMGTPE]i?B)");
    private static final Map<Character, Integer> POWERS =
            Map.of('B', 0, 'K', 1, 'M', 2, 'G', 3, 'T', 4, 'P', 5, 'E', 6);

    private static final BigDecimal LARGEST = BigDecimal.valueOf(Long.MAX_VALUE);

    private Sizes() {}

    /** @return bytes; empty for what is no size. A lone {@code 0} is one */
    public static OptionalLong parse(String text) {
        if (text.equals("0")) {
            return OptionalLong.of(0);
        }
        Matcher part = PART.matcher(text);
        BigDecimal sum = BigDecimal.ZERO;
        int end = 0;
        while (end < text.length() && part.find() && part.start() == end) {
            BigDecimal unit =
                    BigDecimal.valueOf(1L << (10 * POWERS.get(part.group(2).charAt(0))));
            sum = sum.add(new BigDecimal(part.group(1)).multiply(unit));
            end = part.end();
        }
        boolean whole = end == text.length() && end > 0 && sum.compareTo(LARGEST) <= 0;
        return whole ? OptionalLong.of(sum.longValue()) : OptionalLong.empty();
    }
}
