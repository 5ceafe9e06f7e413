package io.warren.policy.admission;

import io.warren.spi.Admission;
import java.util.List;

/** Several admissions, all of which have to admit a client. */
public final class Admissions {
    private Admissions() {}

    /** Without any, everybody is admitted. */
    public static Admission allOf(List<Admission> all) {
        List<Admission> admissions = List.copyOf(all);
        return client -> {
            for (Admission admission : admissions) {
                if (!admission.admits(client)) {
                    return false;
                }
            }
            return true;
        };
    }
}
