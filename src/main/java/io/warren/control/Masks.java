package io.warren.control;

import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Hides the secrets of a configuration, and puts them back into one that was shown without them. What is a secret is told by its key, in metadata and
 * headers too, and by its place in a URL; in doubt it is one.
 */
public final class Masks {
    public static final String MASK = "******";

    private static final Pattern SECRET = Pattern.compile(
            ".*(passw|secret|token|passphrase|credential|authorization|cookie|api[-_]?key|private[-_]?key).*");

    private static final Set<String> SECRETS = Set.of("auth", "pass", "pwd", "psk", "knock");
    private static final Pattern PLACE = Pattern.compile(".*(file|path|url|dir|ttl)");
    private static final Pattern IN_URL = Pattern.compile("(://[^/@:\\s]*:)[^/@\\s]+@");
    private static final Pattern IN_QUERY =
            Pattern.compile("(?i)([?&][^=&]*(?:passw|secret|token|key|auth)[^=&]*=)[^&#\\s]+");

    /** What one item of a list is called, in the order in which it is looked for. */
    private static final List<String> NAMES = List.of("name", "username", "hostname", "addr", "dst", "net");

    private Masks() {}

    private static boolean isSecret(String key) {
        String lower = key.toLowerCase(Locale.ROOT);
        return (SECRET.matcher(lower).matches() || SECRETS.contains(lower))
                && !PLACE.matcher(lower).matches();
    }

    private static String shown(String key, String value) {
        if (value.isEmpty()) {
            return value;
        }
        if (isSecret(key)) {
            return MASK;
        }
        return value.indexOf('=') < 0 && value.indexOf('@') < 0
                ? value
                : IN_QUERY.matcher(IN_URL.matcher(value).replaceAll("$1" + MASK + "@"))
                        .replaceAll("$1" + MASK);
    }

    /** A copy without secrets. */
    public static JsonObject mask(JsonObject configuration) {
        return (JsonObject) masked("", configuration);
    }

    private static Object masked(String key, Object value) {
        if (value instanceof JsonObject object) {
            JsonObject out = new JsonObject();
            object.forEach(entry -> out.put(entry.getKey(), masked(entry.getKey(), entry.getValue())));
            return out;
        }
        if (value instanceof JsonArray array) {
            JsonArray out = new JsonArray();
            array.forEach(item -> out.add(masked(key, item)));
            return out;
        }
        if (value instanceof String text) {
            return shown(key, text);
        }
        // A number may be a password too.
        return value instanceof Number && isSecret(key) ? MASK : value;
    }

    /** The same text without secrets; nothing of a text that cannot be parsed. */
    public static String mask(String document) {
        return edited(document, (place, value) -> {
                    String shown = shown(place.key(), value.getValue());
                    return shown.equals(value.getValue()) ? Optional.empty() : Optional.of(shown);
                })
                .orElse("");
    }

    /**
     * The same text with the secrets that {@code current} has in the places where this has masks. What cannot be parsed stays as it is: whoever reads
     * it says what is wrong.
     *
     * @throws Refusal when there is no secret for a mask
     */
    static String restore(String document, JsonObject current) {
        if (!document.contains(MASK)) {
            return document;
        }
        return edited(document, (place, value) -> {
                    if (!value.getValue().contains(MASK)) {
                        return Optional.empty();
                    }
                    String secret = place.find(current)
                            .map(String::valueOf)
                            .filter(known -> shown(place.key(), known).equals(value.getValue()))
                            .orElseThrow(() -> new Refusal(place + ": " + MASK
                                    + " stands for a secret that is not there, give the secret itself"));
                    return Optional.of(secret);
                })
                .orElse(document);
    }

    // --- a text, changed in places

    /** The way to a value: keys, and items of lists by name or else by number. */
    private record Place(List<Object> steps) {
        Place then(Object step) {
            List<Object> longer = new ArrayList<>(steps);
            longer.add(step);
            return new Place(List.copyOf(longer));
        }

        String key() {
            for (int i = steps.size() - 1; i >= 0; i--) {
                if (steps.get(i) instanceof String key) {
                    return key;
                }
            }
            return "";
        }

        Optional<Object> find(Object root) {
            Object at = root;
            for (Object step : steps) {
                at = next(at, step);
                if (at == null) {
                    return Optional.empty();
                }
            }
            return Optional.of(at);
        }

        private static Object next(Object at, Object step) {
            if (step instanceof String key && at instanceof JsonObject object) {
                return object.fieldNames().stream()
                        .filter(key::equalsIgnoreCase)
                        .findFirst()
                        .map(object::getValue)
                        .orElse(null);
            }
            if (step instanceof Item item && at instanceof JsonArray array) {
                return item.in(array);
            }
            return null;
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder();
            for (Object step : steps) {
                text.append(step instanceof Item item ? "[" + item.number() + "]" : (text.isEmpty() ? "" : ".") + step);
            }
            return text.toString();
        }
    }

    private record Item(int number, String by, String name) {
        Object in(JsonArray array) {
            if (!name.isEmpty()) {
                return array.stream()
                        .filter(o -> o instanceof JsonObject object
                                && name.equals(Objects.toString(object.getValue(by), "")))
                        .findFirst()
                        .orElse(null);
            }
            return number < array.size() ? array.getValue(number) : null;
        }

        static Item of(int number, Node node) {
            for (String key : NAMES) {
                String name = Documents.value(node, key).map(Documents::text).orElse("");
                if (!name.isEmpty()) {
                    return new Item(number, key, name);
                }
            }
            return new Item(number, "", "");
        }
    }

    private record Change(int from, int to, String text) {}

    private static Optional<String> edited(
            String document, BiFunction<Place, ScalarNode, Optional<String>> replacement) {
        return Documents.parse(document).map(root -> {
            // By place: a node that is referred to several times is there once.
            Map<Integer, Change> changes = new TreeMap<>();
            visit(root, new Place(List.of()), replacement, changes);
            StringBuilder text = new StringBuilder(document.length());
            int at = 0;
            int points = 0;
            for (Change change : changes.values()) {
                int from = document.offsetByCodePoints(at, change.from() - points);
                text.append(document, at, from).append(change.text());
                at = document.offsetByCodePoints(from, change.to() - change.from());
                points = change.to();
            }
            return text.append(document, at, document.length()).toString();
        });
    }

    private static void visit(
            Node node,
            Place place,
            BiFunction<Place, ScalarNode, Optional<String>> replacement,
            Map<Integer, Change> changes) {
        if (node instanceof MappingNode mapping) {
            for (NodeTuple entry : mapping.getValue()) {
                visit(entry.getValueNode(), place.then(Documents.text(entry.getKeyNode())), replacement, changes);
            }
        } else if (node instanceof SequenceNode sequence) {
            for (int i = 0; i < sequence.getValue().size(); i++) {
                Node item = sequence.getValue().get(i);
                visit(item, place.then(Item.of(i, item)), replacement, changes);
            }
        } else if (node instanceof ScalarNode scalar) {
            replacement.apply(place, scalar).ifPresent(text -> {
                int from = scalar.getStartMark().getIndex();
                // A JSON text is a YAML text too.
                changes.putIfAbsent(from, new Change(from, scalar.getEndMark().getIndex(), Json.encode(text)));
            });
        }
    }
}
