package io.warren.policy.auth;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.warren.net.ProxyException;
import io.warren.policy.Comments;
import io.warren.policy.Source;
import io.warren.spi.Authenticator;
import io.warren.spi.Credentials;
import io.warren.spi.EndpointList;
import io.warren.spi.Secret;
import io.warren.spi.Session;
import io.warren.spi.Settings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A table of users: inline {@code auths}, then the lines {@code user [password]} of its other sources, of which later ones override. A user stored without a
 * password is let in with any, as gost does. Without users nobody is let in. Any thread.
 */
public final class Auther implements Authenticator, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("policy");
    private static final Secret NOBODY = Secret.of("a password to compare with when there is no such user");

    private final Source<Map<String, Secret>> users;

    private final Map<String, EndpointList> endpoints;

    private Auther(Source<Map<String, Secret>> users, Map<String, EndpointList> endpoints) {
        this.users = users;
        this.endpoints = endpoints;
    }

    /** Reads an entry of {@code authers}. */
    public static Auther read(Vertx vertx, Settings section) {
        Map<String, Secret> inline = new HashMap<>();
        Map<String, EndpointList> endpoints = new HashMap<>();
        for (Settings entry : section.list("auths")) {
            String user = entry.text("", "username");
            Secret password = entry.secret("password");
            if (user.isEmpty()) {
                entry.warning("username", "an entry without a username lets nobody in");
                continue;
            }
            if (password.isEmpty()) {
                entry.warning("password", openDoor(user));
            }
            inline.put(user, password);
            endpoints(entry).ifPresent(list -> endpoints.put(user, list));
        }
        Map<String, Secret> table = Map.copyOf(inline);
        return new Auther(
                Source.read(
                        vertx,
                        section,
                        Comments.AT_LINE_START,
                        table,
                        true,
                        lines -> parse(section.path(), table, lines)),
                Map.copyOf(endpoints));
    }

    /** What the user of an entry may claim; a list that is wrong lets him claim nothing. */
    private static Optional<EndpointList> endpoints(Settings entry) {
        if (!entry.has("endpoints")) {
            return Optional.empty();
        }
        try {
            return Optional.of(EndpointList.of(entry.texts("endpoints")));
        } catch (ProxyException e) {
            entry.problem("endpoints", e.getMessage());
            return Optional.of(EndpointList.of(List.of()));
        }
    }

    /** The inline {@code auth} of a component's section; empty when it names no user, which means that nobody has to log in. */
    public static Optional<Authenticator> inline(Settings component) {
        Optional<Credentials> credentials = component.credentials();
        if (credentials.isEmpty() && component.section("auth").has("password")) {
            component.section("auth").warning("username", "a password without a username: nobody has to log in");
        }
        if (credentials.isPresent() && credentials.get().password().isEmpty()) {
            component
                    .section("auth")
                    .warning("password", openDoor(credentials.get().user()));
        }
        return credentials.map(only -> of(Map.of(only.user(), only.password())));
    }

    private static Authenticator of(Map<String, Secret> users) {
        return (session, user, password) -> check(users, user, password);
    }

    private static Map<String, Secret> parse(String path, Map<String, Secret> inline, List<String> lines) {
        Map<String, Secret> users = new HashMap<>(inline);
        for (String line : lines) {
            int blank = line.indexOf(' ');
            String user = blank < 0 ? line : line.substring(0, blank);
            Secret password =
                    Secret.of(blank < 0 ? "" : line.substring(blank + 1).trim());
            if (password.isEmpty()) {
                LOG.atWarn().addKeyValue("policy", path).log(openDoor(user));
            }
            users.put(user, password);
        }
        return Map.copyOf(users);
    }

    private static String openDoor(String user) {
        return "user \"" + user + "\" has no password: any password lets this user in";
    }

    /** Completes when the other sources have been read once. */
    public Future<Void> ready() {
        return users.ready();
    }

    @Override
    public Future<String> authenticate(Session session, String user, String password) {
        return check(users.get(), user, password);
    }

    private static Future<String> check(Map<String, Secret> users, String user, String password) {
        Secret stored = users.get(user);
        // Compares also when there is no such user: the time of an answer does not tell who exists.
        boolean equal = (stored == null ? NOBODY : stored).matches(password);
        boolean in = stored != null && (equal || stored.isEmpty());
        return in
                ? Future.succeededFuture(user)
                : Future.failedFuture(ProxyException.of(
                        ProxyException.Kind.UNAUTHORIZED, ProxyException.Side.CLIENT, "wrong user name or password"));
    }

    @Override
    public Optional<EndpointList> endpoints(String user) {
        return Optional.ofNullable(endpoints.get(user));
    }

    @Override
    public void close() {
        users.close();
    }
}
