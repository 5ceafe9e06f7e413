package io.warren.protocol.http;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.warren.codec.HttpFields;
import io.warren.codec.HttpResponse;
import io.warren.net.Address;
import io.warren.net.DatagramFlow;
import io.warren.net.Intake;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Connector;
import io.warren.spi.Destination;
import io.warren.spi.Egress;
import io.warren.spi.Network;
import io.warren.spi.Session;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Asks an HTTP proxy for a tunnel, byte for byte as gost does. */
final class HttpConnector extends VerticleBase implements Connector {
    private static final String AGENT = "Go-http-client/1.1";

    private final HttpConnectorOptions options;

    HttpConnector(HttpConnectorOptions options) {
        this.options = options;
    }

    @Override
    public Future<Stream> connect(Session session, Stream carrier, Destination target) {
        if (target.network() != Network.TCP) {
            return Future.failedFuture(
                    ProxyException.unsupported("network " + target.network() + " over http (expected: tcp)"));
        }
        return ask(carrier, target.address().toString(), false);
    }

    @Override
    public Future<DatagramFlow> associate(
            Session session, Stream carrier, Optional<Destination> target, Address node, Egress below) {
        String host = target.map(t -> t.address().toString()).orElse("");
        return ask(carrier, host, true).map(stream -> UdpRelay.flow(stream, target.map(Destination::address)));
    }

    private Future<Stream> ask(Stream carrier, String host, boolean udp) {
        carrier.send(Answers.bytes(request(host, udp)));
        Intake intake = Intake.of(carrier, options.timeout());
        return intake.read(HttpResponse::decode).compose(response -> {
            intake.done();
            return response.status() == 200 ? Future.succeededFuture(carrier) : Future.failedFuture(refusal(response));
        });
    }

    private String request(String host, boolean udp) {
        Map<String, String> fields = new TreeMap<>();
        options.header().forEach((name, value) -> fields.put(HttpFields.canonical(name), Answers.oneLine(value)));
        fields.put("Proxy-Connection", "keep-alive");
        options.credentials()
                .map(own -> new ProxyAuthorization(own.user(), own.password().reveal()))
                .ifPresent(own -> fields.put("Proxy-Authorization", own.text()));
        if (udp) {
            fields.put("X-Gost-Protocol", "udp");
        }
        String agent = fields.containsKey("User-Agent") ? fields.remove("User-Agent") : AGENT;
        StringBuilder text = new StringBuilder("CONNECT ")
                .append(host)
                .append(" HTTP/1.1\r\nHost: ")
                .append(host)
                .append("\r\n");
        if (!agent.isEmpty()) {
            text.append("User-Agent: ").append(agent).append("\r\n");
        }
        fields.forEach(
                (name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
        return text.append("\r\n").toString();
    }

    private static ProxyException refusal(HttpResponse response) {
        ProxyException.Kind kind = switch (response.status()) {
            case 407 -> ProxyException.Kind.UNAUTHORIZED;
            case 403 -> ProxyException.Kind.DENIED;
            case 429 -> ProxyException.Kind.LIMITED;
            case 501, 405 -> ProxyException.Kind.UNSUPPORTED;
            case 502, 503 -> ProxyException.Kind.UNREACHABLE;
            case 504 -> ProxyException.Kind.TIMEOUT;
            default -> ProxyException.Kind.PROTOCOL;
        };
        return ProxyException.upstream(
                kind, "http status " + response.status() + " " + response.reason() + " (expected: 200)");
    }
}
