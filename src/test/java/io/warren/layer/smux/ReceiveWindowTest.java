package io.warren.layer.smux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReceiveWindowTest {
    private static final int PIECE = 32 * 1024;
    private static final long PACE_NANOS = 50_000;

    private static ReceiveWindow after(int pieces, int waiting) {
        ReceiveWindow window = new ReceiveWindow(0, new WindowBudget());
        for (int i = 0; i < pieces; i++) {
            assertThat(window.consumed(PIECE, waiting, i * PACE_NANOS)).isIn(true, false);
        }
        return window;
    }

    @Test
    void readerThatWaitsForBytesGetsALargerWindow() {
        assertThat(after(2000, 0).size()).isEqualTo(ReceiveWindow.MAX);
    }

    @Test
    void readerThatBytesWaitForDoesNot() {
        assertThat(after(2000, PIECE).size()).isEqualTo(ReceiveWindow.INITIAL);
    }
}
