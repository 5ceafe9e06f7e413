package io.warren.protocol.direct;

import io.warren.spi.Settings;

/** @param reject refuse everything instead of dialling it */
record DirectOptions(boolean reject) {
    static DirectOptions read(Settings connector) {
        Settings metadata = connector.metadata();
        String action = metadata.text("", "action");
        if (!action.isEmpty() && !action.equals("reject")) {
            metadata.warning("action", "unknown action \"" + action + "\" (expected: reject)");
        }
        return new DirectOptions(action.equals("reject"));
    }
}
