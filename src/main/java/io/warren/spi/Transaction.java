package io.warren.spi;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One HTTP request and its response, for a record. Of one event loop. */
public final class Transaction {
    private final String host;
    private final String method;
    private final String version;
    private final String scheme;
    private final String uri;
    private final Half request;
    private Half response = new Half(Map.of(), 0, 0);
    private int status;

    /** A message: its fields, with names written as {@code Content-Type}, its length as announced (-1 = not), and what is kept of its body. */
    public static final class Half {
        private final Map<String, List<String>> fields;
        private final long length;
        private final int limit;
        private byte[] body = new byte[0];

        public Half(Map<String, List<String>> fields, long length, int limit) {
            this.fields = fields;
            this.length = length;
            this.limit = limit;
        }

        public Map<String, List<String>> fields() {
            return fields;
        }

        public long length() {
            return length;
        }

        /** Keeps the next bytes of the body, as far as there is room; consumes nothing. */
        public void keep(ByteBuf part) {
            int n = Math.min(part.readableBytes(), limit - body.length);
            if (n > 0) {
                int before = body.length;
                body = Arrays.copyOf(body, before + n);
                part.getBytes(part.readerIndex(), body, before, n);
            }
        }

        /** Whether there is room for more. */
        public boolean keeps() {
            return body.length < limit;
        }

        /** Empty where bodies are not kept. */
        public Optional<byte[]> body() {
            return limit > 0 ? Optional.of(body) : Optional.empty();
        }
    }

    /** @param uri as in the request line */
    public Transaction(String host, String method, String version, String scheme, String uri, Half request) {
        this.host = host;
        this.method = method;
        this.version = version;
        this.scheme = scheme;
        this.uri = uri;
        this.request = request;
    }

    public String host() {
        return host;
    }

    public String method() {
        return method;
    }

    public String version() {
        return version;
    }

    public String scheme() {
        return scheme;
    }

    public String uri() {
        return uri;
    }

    public Half request() {
        return request;
    }

    public Half response() {
        return response;
    }

    /** Zero while there is none. */
    public int status() {
        return status;
    }

    /** We have answered by ourselves. */
    public void answered(int code) {
        status = code;
    }

    public void answered(int code, Half message) {
        status = code;
        response = message;
    }
}
