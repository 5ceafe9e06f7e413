package io.warren.config;

import java.util.Set;

/**
 * Which keys of gost protect something, or say where a protection or a way out comes from: a configuration that has one and runs on a version that does not read it
 * would let in what it was written to keep out, so such a key is an error when nobody reads it. Authers of a handler or listener are not among them:
 * there are types that ignore them in gost too. All other keys that gost knows and nobody reads are warnings.
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
            "limiter.redis",
            // Without them what was to go through other nodes would go out directly.
            "handler.chainGroup",
            "listener.chainGroup",
            "hop.plugin",
            "hop.redis",
            "hop.file",
            "hop.http",
            "service.admission",
            "service.admissions",
            "service.bypass",
            "service.bypasses",
            "hop.bypass",
            "hop.bypasses",
            "node.bypass",
            "node.bypasses",
            "target.bypass",
            "target.bypasses",
            "target.auth",
            "http.auth");

    private UnsupportedKeys() {}

    static boolean isProtection(String section, String key) {
        return PROTECTIONS.contains(section + "." + key);
    }
}
