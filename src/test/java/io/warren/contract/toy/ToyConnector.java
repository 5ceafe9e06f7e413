package io.warren.contract.toy;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.warren.net.Intake;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Connector;
import io.warren.spi.Destination;
import io.warren.spi.Session;

final class ToyConnector extends VerticleBase implements Connector {
    private final ToyOptions options;

    ToyConnector(ToyOptions options) {
        this.options = options;
    }

    @Override
    public Future<Stream> connect(Session session, Stream carrier, Destination target) {
        String login = options.credentials()
                .map(own -> " " + own.user() + " " + own.password().reveal())
                .orElse("");
        Intake intake = Intake.of(carrier, options.patience());
        return carrier.write(Buffer.buffer("GO " + target.address() + login + "\n"))
                .compose(sent -> intake.read(Line::decode))
                .onComplete(read -> intake.done())
                .compose(words -> words.get(0).equals("OK")
                        ? Future.succeededFuture(carrier)
                        : Future.failedFuture(ProxyException.upstream(
                                ProxyException.Kind.valueOf(words.get(1)), "refused: " + words.get(1))));
    }
}
