package io.warren.contract.toy;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.warren.net.Address;
import io.warren.net.Intake;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Destination;
import io.warren.spi.Handler;
import io.warren.spi.Inbound;
import io.warren.spi.Intent;
import io.warren.spi.Reply;
import io.warren.spi.Scope;
import io.warren.spi.Session;
import java.util.List;

final class ToyHandler extends VerticleBase implements Handler {
    private final Scope scope;
    private final ToyOptions options;

    ToyHandler(Scope scope, ToyOptions options) {
        this.scope = scope;
        this.options = options;
    }

    @Override
    public Future<Intent> negotiate(Inbound inbound) {
        Stream client = inbound.stream();
        Answer answer = new Answer(client);
        Intake intake = Intake.of(client, options.patience());
        return intake.read(Line::decode)
                .onComplete(read -> intake.done())
                .compose(words -> intent(inbound.session(), client, words, answer)
                        .recover(e -> answer.refused(ProxyException.from(e)).transform(v -> Future.failedFuture(e))));
    }

    private Future<Intent> intent(Session session, Stream client, List<String> words, Reply answer) {
        if (!words.get(0).equals("GO") || words.size() < 2) {
            return Future.failedFuture(ProxyException.protocol("\"" + words.get(0) + "\" (expected: GO host:port)"));
        }
        String user = words.size() < 3 ? "" : words.get(2);
        String password = words.size() < 4 ? "" : words.get(3);
        return scope.authenticator()
                .map(users -> users.authenticate(session, user, password))
                .orElse(Future.succeededFuture(""))
                .map(id -> {
                    session.trace().user(id);
                    return Intent.Connect.to(session, Destination.tcp(Address.parse(words.get(1), 0)), client, answer);
                });
    }

    private record Answer(Stream client) implements Reply {
        @Override
        public Future<Void> accepted(Address bound) {
            return client.write(Buffer.buffer("OK\n"));
        }

        @Override
        public Future<Void> refused(ProxyException why) {
            return client.write(Buffer.buffer("NO " + why.kind() + "\n"));
        }
    }
}
