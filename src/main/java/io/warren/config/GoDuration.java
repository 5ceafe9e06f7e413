package io.warren.config;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Go writes them: {@code 1m30s}, {@code 500ms}, {@code 0s}. */
public final class GoDuration {
    private static final Pattern PART = Pattern.compile("([0-9]+\\.?[0-9]*|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)");
    private static final Map<String, Long> NANOS = Map.of(
            "ns", 1L,
            "us", 1_000L,
            "µs", 1_000L,
            "μs", 1_000L,
            "ms", 1_000_000L,
            "s", 1_000_000_000L,
            "m", 60_000_000_000L,
            "h", 3_600_000_000_000L);
    private static final int MAX_LENGTH = 200;
    private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);

    private GoDuration() {}

    /** Empty when {@code text} is not a duration, or more than 292 years. */
    public static Optional<Duration> parse(String text) {
        boolean negative = text.startsWith("-");
        String rest = negative || text.startsWith("+") ? text.substring(1) : text;
        if (rest.equals("0")) {
            return Optional.of(Duration.ZERO);
        }
        if (rest.isEmpty() || rest.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        BigInteger nanos = BigInteger.ZERO;
        int at = 0;
        Matcher part = PART.matcher(rest);
        while (at < rest.length()) {
            if (!part.find(at) || part.start() != at) {
                return Optional.empty();
            }
            BigDecimal value = new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(NANOS.get(part.group(2))));
            nanos = nanos.add(value.setScale(0, RoundingMode.DOWN).toBigInteger());
            at = part.end();
        }
        if (nanos.compareTo(MAX) > 0) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofNanos(negative ? -nanos.longValueExact() : nanos.longValueExact()));
    }

    /** The shortest text that {@link #parse} reads as the same. */
    public static String format(Duration duration) {
        BigInteger nanos = BigInteger.valueOf(duration.getSeconds())
                .multiply(BigInteger.valueOf(1_000_000_000L))
                .add(BigInteger.valueOf(duration.getNano()));
        if (nanos.signum() == 0) {
            return "0s";
        }
        String sign = nanos.signum() < 0 ? "-" : "";
        BigDecimal value = new BigDecimal(nanos.abs());
        if (value.compareTo(BigDecimal.valueOf(1_000L)) < 0) {
            return sign + plain(value) + "ns";
        }
        if (value.compareTo(BigDecimal.valueOf(1_000_000L)) < 0) {
            return sign + plain(value.movePointLeft(3)) + "µs";
        }
        if (value.compareTo(BigDecimal.valueOf(1_000_000_000L)) < 0) {
            return sign + plain(value.movePointLeft(6)) + "ms";
        }
        BigInteger minutes = nanos.abs().divide(BigInteger.valueOf(NANOS.get("m")));
        BigDecimal seconds = new BigDecimal(nanos.abs().mod(BigInteger.valueOf(NANOS.get("m")))).movePointLeft(9);
        BigInteger[] hours = minutes.divideAndRemainder(BigInteger.valueOf(60));
        String head =
                hours[0].signum() > 0 ? hours[0] + "h" + hours[1] + "m" : minutes.signum() > 0 ? minutes + "m" : "";
        return sign + head + plain(seconds) + "s";
    }

    private static String plain(BigDecimal value) {
        return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
    }
}
