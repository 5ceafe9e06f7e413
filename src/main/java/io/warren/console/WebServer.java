package io.warren.console;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.warren.net.Address;
import io.warren.spi.Renewed;
import io.warren.spi.Session;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * An HTTP server that shows sites. It runs on one event loop, bounds what a client may send before a site sees it, and knows what every answer needs: no
 * site's fault shows its inside. HTTP or HTTPS, on a TCP port or a unix socket.
 */
public final class WebServer extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger("console");

    private static final int MAX_HEADERS = 16 << 10;
    private static final int MAX_LINE = 8 << 10;
    private static final int IDLE_S = 120;
    private static final long GRACE_S = 5;

    private final String name;
    private final Address address;
    private final boolean accessLog;
    private final List<Site> sites;
    private final Optional<ServerCertificate> certificate;
    private final Optional<Map<Address, Session>> guests;
    private HttpServer server;

    private WebServer(
            String name,
            Address address,
            boolean accessLog,
            Optional<ServerCertificate> certificate,
            Optional<Map<Address, Session>> guests,
            List<Site> sites) {
        this.name = name;
        this.address = address;
        this.accessLog = accessLog;
        this.certificate = certificate;
        this.guests = guests;
        this.sites = List.copyOf(sites);
    }

    /**
     * Starts to serve.
     *
     * @param name in the log, {@code @api}
     * @param sites in the order in which their routes are looked at
     * @return once it listens; fails when it cannot, with a message that names the address
     */
    public static Future<WebServer> start(
            Vertx vertx, String name, Address address, boolean accessLog, List<Site> sites) {
        return start(vertx, new WebServer(name, address, accessLog, Optional.empty(), Optional.empty(), sites));
    }

    /**
     * Likewise, with the certificate that the options name, if they do; a new version of it is used for new connections within seconds.
     *
     * @param renewed what counts in the place of its file
     */
    public static Future<WebServer> start(
            Vertx vertx, String name, ConsoleOptions options, Renewed renewed, List<Site> sites) {
        Optional<ServerCertificate> certificate =
                options.certificate().map(files -> new ServerCertificate(vertx, files, renewed));
        return start(vertx, new WebServer(name, options.address(), false, certificate, Optional.empty(), sites));
    }

    /**
     * Starts a server for connections that others have accepted.
     *
     * @param guests who is served, by the address that the server sees; everybody else is cut off
     */
    static Future<WebServer> behind(
            Vertx vertx, String name, Address address, boolean accessLog, Map<Address, Session> guests, Site site) {
        return start(
                vertx, new WebServer(name, address, accessLog, Optional.empty(), Optional.of(guests), List.of(site)));
    }

    private static Future<WebServer> start(Vertx vertx, WebServer server) {
        return vertx.deployVerticle(server).map(server);
    }

    @Override
    public Future<?> start() {
        HttpServerOptions options = new HttpServerOptions()
                .setMaxHeaderSize(MAX_HEADERS)
                .setMaxInitialLineLength(MAX_LINE)
                .setIdleTimeout(IDLE_S)
                .setCompressionSupported(true)
                .setHandle100ContinueAutomatically(false);
        return certificate.isPresent()
                ? certificate
                        .get()
                        .current()
                        .compose(pem -> serve(options.setSsl(true).setKeyCertOptions(pem)))
                : serve(options);
    }

    private Future<?> serve(HttpServerOptions options) {
        server = vertx.createHttpServer(options);
        server.requestHandler(router())
                // Not HTTP at all: the client's fault, and Vert.x has answered and closed.
                .invalidRequestHandler(request -> {
                    LOG.atDebug().addKeyValue("service", name).log("a request that is not HTTP");
                    io.vertx.core.http.HttpServerRequest.DEFAULT_INVALID_REQUEST_HANDLER.handle(request);
                })
                .exceptionHandler(e -> LOG.atDebug()
                        .addKeyValue("service", name)
                        .log("a connection ended: {}", String.valueOf(e.getMessage())));
        return server.listen(socket())
                .onSuccess(s -> certificate.ifPresent(own -> own.keepUpToDate(server)))
                .onSuccess(s -> LOG.atLevel(guests.isPresent() ? Level.DEBUG : Level.INFO)
                        .addKeyValue("service", name)
                        .addKeyValue("address", address())
                        .log("listening"))
                .recover(e -> Future.failedFuture(
                        new IllegalStateException("listen on " + address + " for " + name + ": " + e.getMessage(), e)));
    }

    private SocketAddress socket() {
        return address.isUnix()
                ? SocketAddress.domainSocketAddress(address.host())
                : SocketAddress.inetSocketAddress(address.port(), address.host().isEmpty() ? "::" : address.host());
    }

    private Router router() {
        Router router = Router.router(vertx);
        guests.ifPresent(known -> router.route().handler(ctx -> admit(ctx, known)));
        if (accessLog) {
            router.route().handler(new AccessLog());
        }
        router.route().handler(ctx -> {
            ctx.response()
                    .putHeader("X-Content-Type-Options", "nosniff")
                    .putHeader("X-Frame-Options", "DENY")
                    .putHeader("Referrer-Policy", "no-referrer")
                    .putHeader("Cache-Control", "no-store");
            ctx.next();
        });
        router.route().failureHandler(WebServer::failed);
        router.route().handler(WebServer::straightPathsOnly);
        sites.forEach(site -> site.mount(router));
        router.errorHandler(404, Answers::notFound);
        // gost knows a path only together with its methods.
        router.errorHandler(405, Answers::notFound);
        router.errorHandler(400, ctx -> Answers.error(ctx, 400, 400, "bad request"));
        router.errorHandler(413, ctx -> Answers.error(ctx, 413, 413, "the body is too large"));
        router.errorHandler(500, ctx -> {
            LOG.atError()
                    .setCause(ctx.failure())
                    .addKeyValue("method", ctx.request().method())
                    .addKeyValue("path", ctx.normalizedPath())
                    .log("failed by a fault of ours");
            Answers.empty(ctx, 500);
        });
        return router;
    }

    private static void admit(RoutingContext ctx, Map<Address, Session> guests) {
        Optional<Session> guest = Optional.ofNullable(guests.get(Answers.client(ctx)));
        if (guest.isPresent()) {
            Answers.through(ctx, guest.get());
            ctx.next();
        } else {
            ctx.request().connection().close();
        }
    }

    /** A path that means another one than it says ({@code //}, {@code /../}) is nobody's. */
    private static void straightPathsOnly(RoutingContext ctx) {
        String meant;
        try {
            meant = ctx.normalizedPath();
        } catch (IllegalArgumentException malformed) {
            Answers.error(ctx, 400, 400, "a path with a malformed escape");
            return;
        }
        if (slashes(ctx.request().path()) == slashes(meant)) {
            ctx.next();
        } else {
            Answers.notFound(ctx);
        }
    }

    /** Whoever went away gets no answer, and that is no fault of ours. */
    private static void failed(RoutingContext ctx) {
        if (ctx.failure() instanceof HttpClosedException || ctx.response().closed()) {
            LOG.atDebug().addKeyValue("path", ctx.request().path()).log("a client went away");
        } else {
            ctx.next();
        }
    }

    private static long slashes(String path) {
        return path.chars().filter(c -> c == '/').count();
    }

    /** Where it listens, with the real port. */
    public Address address() {
        return address.isUnix() ? address : address.withPort(server.actualPort());
    }

    /** Accepts nothing more; requests that are being answered get their answers. */
    public Future<Void> close() {
        certificate.ifPresent(ServerCertificate::close);
        return server.shutdown(GRACE_S, TimeUnit.SECONDS)
                .recover(e -> server.close())
                .eventually(() -> vertx.undeploy(deploymentID()));
    }
}
