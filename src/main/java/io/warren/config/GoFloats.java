package io.warren.config;

import java.math.BigDecimal;

/** Floating-point numbers as Go prints them. */
final class GoFloats {
    private GoFloats() {}

    /** {@code 1400}, {@code 0.5}, {@code 1.4e+06}: exponents below -4 and from 6, as {@code %g} of the shortest form. */
    static String yaml(double value) {
        if (Double.isNaN(value)) {
            return ".nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? ".inf" : "-.inf";
        }
        BigDecimal exact = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        int exponent = exact.precision() - exact.scale() - 1;
        boolean scientific = value != 0 && (exponent < -4 || exponent >= 6);
        return scientific ? scientific(exact, exponent, 2) : plain(exact, value);
    }

    /** As {@code encoding/json}: exponents below 1e-6 and from 1e21. */
    static String json(double value) {
        BigDecimal exact = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        double size = Math.abs(value);
        boolean scientific = size != 0 && (size < 1e-6 || size >= 1e21);
        return scientific ? scientific(exact, exact.precision() - exact.scale() - 1, 1) : plain(exact, value);
    }

    private static String plain(BigDecimal exact, double value) {
        return value == 0 ? (1 / value < 0 ? "-0" : "0") : exact.toPlainString();
    }

    private static String scientific(BigDecimal exact, int exponent, int digits) {
        String unscaled = exact.unscaledValue().abs().toString();
        String fraction = unscaled.length() > 1 ? "." + unscaled.substring(1) : "";
        String power = String.valueOf(Math.abs(exponent));
        return (exact.signum() < 0 ? "-" : "")
                + unscaled.charAt(0)
                + fraction
                + (exponent < 0 ? "e-" : "e+")
                + "0".repeat(Math.max(0, digits - power.length()))
                + power;
    }
}
