package io.warren.policy.record;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.warren.policy.Poster;
import java.util.Base64;

/** One POST for each record, with what the service says about it. */
final class PluginSink extends Singly {
    private final Poster poster;

    PluginSink(Poster poster) {
        this.poster = poster;
    }

    /** Both of them, as the plugin gets them: in base64. */
    static byte[] message(byte[] record, byte[] metadata) {
        Base64.Encoder base64 = Base64.getEncoder();
        return new JsonObject()
                .put("data", base64.encodeToString(record))
                .put("metadata", base64.encodeToString(metadata))
                .toBuffer()
                .getBytes();
    }

    @Override
    Future<Void> write(byte[] message) {
        return poster.tell(new JsonObject(Buffer.buffer(message)));
    }

    @Override
    public void close() {
        poster.close();
    }

    @Override
    public String toString() {
        return "plugin " + poster;
    }
}
