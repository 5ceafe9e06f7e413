package io.warren.protocol.socks;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.warren.net.Intake;
import io.warren.net.Stream;
import java.time.Duration;

/** Sends a text over a stream, waits for the same text, and closes the stream. */
final class Echoed {
    private Echoed() {}

    static void over(Stream stream, String text) {
        Buffer answer = Soon.result(
                stream.context(),
                () -> stream.write(Buffer.buffer(text))
                        .compose(v -> Intake.of(stream, Duration.ofSeconds(10)).read(text.length())));
        assertThat(answer.toString()).isEqualTo(text);
        Soon.result(stream.context(), stream::close);
    }
}
