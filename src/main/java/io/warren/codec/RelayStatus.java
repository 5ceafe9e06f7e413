package io.warren.codec;

import io.warren.net.ProxyException;
import io.warren.net.ProxyException.Kind;
import java.util.Locale;

/** The status of a relay response. */
public enum RelayStatus {
    OK(0),
    BAD_REQUEST(1),
    UNAUTHORIZED(2),
    FORBIDDEN(3),
    TIMEOUT(4),
    SERVICE_UNAVAILABLE(5),
    HOST_UNREACHABLE(6),
    NETWORK_UNREACHABLE(7),
    INTERNAL_ERROR(8);

    private static final RelayStatus[] ALL = values();

    private final int code;

    RelayStatus(int code) {
        this.code = code;
    }

    /** As on the wire. */
    public int code() {
        return code;
    }

    /**
     * What a client is told of a failure.
     *
     * @param unreached the status of the request's kind for a target that cannot be reached
     */
    public static RelayStatus of(ProxyException why, RelayStatus unreached) {
        return switch (why.kind()) {
            case DENIED -> FORBIDDEN;
            case UNAUTHORIZED -> why.side() == ProxyException.Side.UPSTREAM ? unreached : UNAUTHORIZED;
            case LIMITED -> SERVICE_UNAVAILABLE;
            case RESOLVE, REFUSED, UNREACHABLE, CLOSED -> unreached;
            case TIMEOUT -> TIMEOUT;
            case PROTOCOL -> why.side() == ProxyException.Side.UPSTREAM ? unreached : BAD_REQUEST;
            case UNSUPPORTED -> BAD_REQUEST;
            case INTERNAL -> unreached == SERVICE_UNAVAILABLE ? SERVICE_UNAVAILABLE : INTERNAL_ERROR;
        };
    }

    /** @throws ProxyException UPSTREAM with what the peer's status says, unless it is OK */
    public static void check(RelayMessage response) {
        int code = response.code();
        if (code == OK.code()) {
            return;
        }
        if (code >= ALL.length) {
            throw ProxyException.upstream(Kind.PROTOCOL, "relay status " + code + " (expected: 0 to 8)");
        }
        RelayStatus status = ALL[code];
        String said = status.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        String why = response.hello().flatMap(Hello::reason).orElse(said);
        throw ProxyException.upstream(
                switch (status) {
                    case OK -> throw new IllegalStateException("status 0 is no failure");
                    case BAD_REQUEST -> Kind.UNSUPPORTED;
                    case UNAUTHORIZED -> Kind.UNAUTHORIZED;
                    case FORBIDDEN -> Kind.DENIED;
                    case TIMEOUT -> Kind.TIMEOUT;
                    case SERVICE_UNAVAILABLE, HOST_UNREACHABLE, NETWORK_UNREACHABLE -> Kind.UNREACHABLE;
                    case INTERNAL_ERROR -> Kind.INTERNAL;
                },
                "relay status " + code + ", " + why);
    }
}
