package io.warren.route;

import io.warren.net.IpSet;
import io.warren.spi.Admission;
import io.warren.spi.Bypass;
import io.warren.spi.Destination;
import io.warren.spi.Settings;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.PatternSyntaxException;

/** What nodes take: rules ({@code matcher}) and the older {@code filter}. */
public final class Matchers {
    /** What a node takes, and how strongly it wants it: the length of its rule, unless the configuration says otherwise. */
    public record Rule(Matcher matcher, int priority) {
        static final Rule NONE = new Rule(Matcher.ALL, 0);
    }

    /** The policies that rules refer to by name. */
    public interface Policies {
        Optional<Bypass> bypass(String name);

        Optional<Admission> admission(String name);
    }

    private static final List<String> OF_CONNECTIONS =
            List.of("ClientIP", "Network", "Proto", "Host", "HostRegexp", "Bypass", "Admission");
    private static final List<String> OF_REQUESTS = List.of(
            "Method",
            "Path",
            "PathPrefix",
            "PathRegexp",
            "Header",
            "HeaderRegexp",
            "Query",
            "QueryRegexp",
            "BodyJSON",
            "BodyRegexp");
    private static final String NEEDS_SNIFFING = " needs sniffing, which this version does not have";
    private static final Map<String, String> SPELLINGS = spellings();

    private Matchers() {}

    private static Map<String, String> spellings() {
        Map<String, String> all = new HashMap<>();
        for (List<String> names : List.of(OF_CONNECTIONS, OF_REQUESTS)) {
            for (String name : names) {
                String lower = name.toLowerCase(Locale.ROOT);
                all.put(name, name);
                all.put(lower, name);
                all.put(name.toUpperCase(Locale.ROOT), name);
                all.put(Character.toUpperCase(lower.charAt(0)) + lower.substring(1), name);
            }
        }
        return Map.copyOf(all);
    }

    /**
     * The {@code matcher} of a node's section, or else its {@code filter}. A rule that is wrong or cannot be evaluated is a problem of the configuration:
     * taking the node for everything, as gost does, sends traffic where nobody meant it to go.
     */
    public static Rule read(Settings node, Policies policies) {
        Settings matcher = node.section("matcher");
        Settings filter = node.section("filter");
        int priority = matcher.integer(0, Integer.MIN_VALUE, Integer.MAX_VALUE, "priority");
        String rule = matcher.text("", "rule");
        Matcher filtered = filter(filter);
        if (rule.isBlank()) {
            return new Rule(filtered, priority);
        }
        try {
            return new Rule(parse(rule, policies), priority == 0 ? rule.length() : priority);
        } catch (RuleException e) {
            matcher.problem("rule", e.getMessage());
            return Rule.NONE;
        }
    }

    /** @throws RuleException when the rule is wrong, names what is not there, or needs what this version does not know of a connection */
    public static Matcher parse(String rule, Policies policies) {
        return RuleParser.parse(rule, (index, name, arguments) -> call(index, name, arguments, policies));
    }

    private static Matcher call(int index, String written, List<String> arguments, Policies policies) {
        String name = SPELLINGS.get(written);
        if (name == null) {
            throw new RuleException(
                    index, "unknown function " + written + " (known: " + String.join(", ", OF_CONNECTIONS) + ")");
        }
        if (OF_REQUESTS.contains(name)) {
            throw new RuleException(index, name + NEEDS_SNIFFING);
        }
        if (arguments.size() != 1) {
            throw new RuleException(index, name + " with " + arguments.size() + " arguments (expected: 1)");
        }
        String argument = arguments.get(0);
        return switch (name) {
            case "ClientIP" -> clientIp(index, argument);
            case "Network" -> network(argument.toLowerCase(Locale.ROOT));
            case "Host" -> host(index, argument);
            case "HostRegexp" -> hostRegexp(index, argument);
            case "Bypass" -> bypass(index, argument, policies);
            case "Admission" -> admission(index, argument, policies);
            // Nothing is known of a protocol before a byte was read.
            default -> (session, target) -> false;
        };
    }

    private static Matcher clientIp(int index, String text) {
        IpSet.Builder set = IpSet.builder();
        if (text.indexOf('-') >= 0 || !set.add(text)) {
            throw new RuleException(index, "\"" + text + "\" (expected: an IP or CIDR block)");
        }
        IpSet clients = set.build();
        return (session, target) -> clients.contains(session.client());
    }

    private static Matcher network(String prefix) {
        return (session, target) -> target.network().toString().startsWith(prefix);
    }

    private static Matcher host(int index, String text) {
        if (text.isBlank() || !text.chars().allMatch(c -> c < 128)) {
            throw new RuleException(index, "\"" + text + "\" (expected: a host name in ASCII)");
        }
        String host = text.trim().toLowerCase(Locale.ROOT);
        String suffix = host.startsWith("*") ? host.substring(1) : host;
        boolean exact = !suffix.startsWith(".") && !host.startsWith("*");
        String wanted = exact || suffix.startsWith(".") ? suffix : "." + suffix;
        return (session, target) -> {
            String name = name(target);
            return name.equals(wanted) || (!exact && name.endsWith(wanted));
        };
    }

    private static Matcher hostRegexp(int index, String text) {
        try {
            HostPattern pattern = HostPattern.compile(text);
            return (session, target) -> pattern.foundIn(name(target));
        } catch (PatternSyntaxException e) {
            throw new RuleException(index, "\"" + text + "\": " + e.getDescription());
        }
    }

    private static Matcher bypass(int index, String name, Policies policies) {
        Bypass bypass =
                policies.bypass(name).orElseThrow(() -> new RuleException(index, "no bypass named \"" + name + "\""));
        return (session, target) -> !bypass.matches(Destination.tcp(target.address()));
    }

    private static Matcher admission(int index, String name, Policies policies) {
        Admission admission = policies.admission(name)
                .orElseThrow(() -> new RuleException(index, "no admission named \"" + name + "\""));
        return (session, target) -> !session.client().host().isEmpty() && admission.admits(session.client());
    }

    private static String name(Destination target) {
        return target.address().host().trim().toLowerCase(Locale.ROOT);
    }

    /**
     * A node's {@code filter}: {@code host} is exact, or with {@code *.x}, {@code *x} or {@code .x} the domain and all below it, whole labels only.
     */
    private static Matcher filter(Settings filter) {
        for (String key : List.of("protocol", "path")) {
            if (!filter.text("", key).isEmpty()) {
                filter.problem(key, "a filter by " + key + NEEDS_SNIFFING);
            }
        }
        String host = filter.text("", "host").trim().toLowerCase(Locale.ROOT);
        if (host.isEmpty()) {
            return Matcher.ALL;
        }
        String pattern = host.startsWith("*") ? "." + host.substring(host.startsWith("*.") ? 2 : 1) : host;
        if (pattern.equals(".")) {
            return (session, target) -> !name(target).isEmpty();
        }
        return pattern.startsWith(".")
                ? (session, target) ->
                        name(target).endsWith(pattern) || name(target).equals(pattern.substring(1))
                : (session, target) -> name(target).equals(pattern);
    }
}
