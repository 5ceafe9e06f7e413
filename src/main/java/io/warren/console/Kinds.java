package io.warren.console;

import java.util.Map;

/** The kinds of objects that gost's API has, in its order, and what its messages call one of them. */
final class Kinds {
    static final Map<String, String> ALL = ordered(
            "services", "service",
            "chains", "chain",
            "hops", "hop",
            "authers", "auther",
            "admissions", "admission",
            "bypasses", "bypass",
            "resolvers", "resolver",
            "hosts", "hosts",
            "ingresses", "ingress",
            "routers", "router",
            "observers", "observer",
            "recorders", "recorder",
            "sds", "sd",
            "limiters", "limiter",
            "quotas", "quota",
            "climiters", "limiter",
            "rlimiters", "limiter",
            "caches", "cache");

    private Kinds() {}

    private static Map<String, String> ordered(String... pairs) {
        Map<String, String> map = new java.util.LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return java.util.Collections.unmodifiableMap(map);
    }
}
