package io.warren.config;

import io.warren.spi.Credentials;
import io.warren.spi.Secret;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A URL read as Go's {@code net/url} does, since the meaning of a gost command line rests on it; except that a host may be a list of addresses.
 *
 * @param host with its port, not decoded further than Go does
 * @param path percent-escaped
 * @param password whether the user has one, even an empty one
 */
record GoUrl(
        String scheme,
        Optional<Credentials> user,
        boolean password,
        String host,
        String path,
        Map<String, String> query) {
    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*");
    private static final Pattern PORT = Pattern.compile(":[0-9]*");
    private static final Pattern USERINFO = Pattern.compile("[A-Za-z0-9\\-._:~!$&'()*+,;=%@]*");
    private static final String HOST_MARKS = "-_.~!$&'()*+,;=:[]<>\"";
    private static final String PATH_MARKS = "-_.~$&+,/:;=@!'()*[]%";
    private static final String PATH_UNESCAPED = "-_.~$&+,/:;=@";

    /**
     * Normalises as gost does: {@code auto://} when there is no scheme, {@code https} is {@code http+tls}.
     *
     * @throws IllegalArgumentException what is wrong
     */
    static GoUrl normalise(String text) {
        String url = withScheme(text.trim());
        GoUrl parsed = parse(url);
        return parsed.scheme().equals("https") ? parsed.as("http+tls") : parsed;
    }

    static String withScheme(String text) {
        return text.startsWith(":") || !text.contains("://") ? "auto://" + text : text;
    }

    GoUrl withHost(String other) {
        return new GoUrl(scheme, user, password, other, path, query);
    }

    private GoUrl as(String other) {
        return new GoUrl(other, user, password, host, path, query);
    }

    private static GoUrl parse(String text) {
        if (text.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw new IllegalArgumentException("a control character in the URL");
        }
        String url = text.contains("#") ? text.substring(0, text.indexOf('#')) : text;
        int colon = url.indexOf("://");
        if (colon < 0 || !SCHEME.matcher(url.substring(0, colon)).matches()) {
            throw new IllegalArgumentException("a URL without a scheme");
        }
        String rest = url.substring(colon + 3);
        int question = rest.indexOf('?');
        Map<String, String> query = question < 0 ? Map.of() : query(rest.substring(question + 1));
        rest = question < 0 ? rest : rest.substring(0, question);
        int slash = rest.indexOf('/');
        String authority = slash < 0 ? rest : rest.substring(0, slash);
        String path = slash < 0 ? "" : rest.substring(slash);
        int at = authority.lastIndexOf('@');
        String info = at < 0 ? "" : authority.substring(0, at);
        if (!USERINFO.matcher(info).matches()) {
            throw new IllegalArgumentException("a character in user or password that must be percent-encoded");
        }
        int split = info.indexOf(':');
        Optional<Credentials> user = at < 0
                ? Optional.empty()
                : Optional.of(new Credentials(
                        decode(split < 0 ? info : info.substring(0, split), false),
                        Secret.of(split < 0 ? "" : decode(info.substring(split + 1), false))));
        return new GoUrl(
                url.substring(0, colon).toLowerCase(Locale.ROOT),
                user,
                split >= 0,
                host(authority.substring(at + 1)),
                path(path),
                query);
    }

    private static String host(String host) {
        for (String one : host.split(",", -1)) {
            String port = one.startsWith("[")
                    ? one.substring(Math.max(one.lastIndexOf(']'), 0) + 1)
                    : one.contains(":") ? one.substring(one.lastIndexOf(':')) : "";
            if (one.startsWith("[") && !one.contains("]")) {
                throw new IllegalArgumentException("host \"" + one + "\" without a closing bracket");
            }
            if (!port.isEmpty() && !PORT.matcher(port).matches()) {
                throw new IllegalArgumentException(
                        "port \"" + port.substring(1) + "\" of host \"" + one + "\" (expected: a number)");
            }
            if (!one.startsWith("[") && one.indexOf(':') != one.lastIndexOf(':')) {
                throw new IllegalArgumentException(
                        "host \"" + one + "\" with several colons (expected: an IPv6 address in brackets)");
            }
        }
        String zone = host.replace("%25", "%");
        host.chars()
                .filter(c -> c < 0x80 && !alphanumeric(c) && HOST_MARKS.indexOf(c) < 0 && c != '%')
                .findFirst()
                .ifPresent(c -> {
                    throw new IllegalArgumentException(
                            "character \"" + Character.toString(c) + "\" in host \"" + host + "\"");
                });
        return zone;
    }

    /** The path as it was written when it is validly escaped, else escaped. */
    private static String path(String path) {
        String decoded = decode(path, false);
        boolean valid = path.chars().allMatch(c -> alphanumeric(c) || PATH_MARKS.indexOf(c) >= 0);
        if (valid) {
            return path;
        }
        StringBuilder out = new StringBuilder();
        for (byte b : decoded.getBytes(StandardCharsets.UTF_8)) {
            int c = b & 0xff;
            if (alphanumeric(c) || PATH_UNESCAPED.indexOf(c) >= 0) {
                out.append((char) c);
            } else {
                out.append(String.format(Locale.ROOT, "%%%02X", c));
            }
        }
        return out.toString();
    }

    /** The first value of each key; pairs that cannot be decoded or hold a semicolon are dropped. */
    private static Map<String, String> query(String query) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String pair : query.split("&", -1)) {
            if (pair.isEmpty() || pair.contains(";")) {
                continue;
            }
            int equals = pair.indexOf('=');
            try {
                values.putIfAbsent(
                        decode(equals < 0 ? pair : pair.substring(0, equals), true),
                        equals < 0 ? "" : decode(pair.substring(equals + 1), true));
            } catch (IllegalArgumentException e) {
                // Dropped, as gost does.
            }
        }
        return values;
    }

    private static String decode(String text, boolean plusIsBlank) {
        if (text.indexOf('%') < 0) {
            return plusIsBlank ? text.replace('+', ' ') : text;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] in = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < in.length; i++) {
            if (in[i] == '%') {
                int high = i + 2 < in.length ? Character.digit(in[i + 1], 16) : -1;
                int low = i + 2 < in.length ? Character.digit(in[i + 2], 16) : -1;
                if (high < 0 || low < 0) {
                    throw new IllegalArgumentException("a percent sign without two hexadecimal digits");
                }
                out.write(high << 4 | low);
                i += 2;
            } else {
                out.write(plusIsBlank && in[i] == '+' ? ' ' : in[i]);
            }
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static boolean alphanumeric(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    /** The host without its last port, and without brackets. */
    String hostname() {
        int colon = host.lastIndexOf(':');
        String name = colon >= 0 && PORT.matcher(host.substring(colon)).matches() ? host.substring(0, colon) : host;
        return name.startsWith("[") && name.endsWith("]") ? name.substring(1, name.length() - 1) : name;
    }
}
