package io.warren.config;

import java.util.Set;

/**
 * Which sources of gost's protections there are: a configuration that has one and runs on a version that does not read it would let in what it was
 * written to keep out, so such a key is an error when nobody reads it. All other keys that gost knows and nobody reads are warnings.
 */
final class UnsupportedKeys {
    private static final Set<String> PROTECTIONS = Set.of(
            "auther.plugin",
            "auther.redis",
            "auther.file",
            "auther.http",
            "admission.plugin",
            "admission.redis",
            "admission.file",
            "admission.http",
            "bypass.plugin",
            "bypass.redis",
            "bypass.file",
            "bypass.http",
            "limiter.plugin",
            "limiter.redis");

    private UnsupportedKeys() {}

    static boolean isProtection(String section, String key) {
        return PROTECTIONS.contains(section + "." + key);
    }
}
