package io.warren.policy.bypass;

import io.warren.spi.Bypass;
import java.util.List;

/** Several bypasses as one: it matches when any list does, or when there are whitelists and all of them do. */
public final class Bypasses {
    private Bypasses() {}

    /** Without any, nothing is bypassed. */
    public static Bypass of(List<Bypass> all) {
        if (all.isEmpty()) {
            return Bypass.NONE;
        }
        List<Bypass> whitelists = all.stream().filter(Bypasses::isWhitelist).toList();
        List<Bypass> lists = all.stream().filter(bypass -> !isWhitelist(bypass)).toList();
        return target -> {
            boolean left = !whitelists.isEmpty();
            for (Bypass whitelist : whitelists) {
                left = left && whitelist.matches(target);
            }
            for (Bypass list : lists) {
                left = left || list.matches(target);
            }
            return left;
        };
    }

    private static boolean isWhitelist(Bypass bypass) {
        return bypass instanceof DestinationList list && list.whitelist();
    }
}
