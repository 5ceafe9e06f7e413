package io.warren.config;

/** What {@code -O} prints. */
public enum Format {
    YAML,
    JSON;

    /** {@code json} is JSON, everything else YAML, as in gost. */
    public static Format of(String name) {
        return name.equals("json") ? JSON : YAML;
    }
}
