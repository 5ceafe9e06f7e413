package io.warren.config;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.AnchorNode;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Reads one YAML or JSON document into the tree: SnakeYAML's node graph with its marks, aliases copied in, merge keys applied, scalars as gost's
 * library takes them. Bounded in bytes, depth and number of values, aliases counted as often as they are used.
 */
final class DocumentReader {
    static final int MAX_CHARACTERS = 16 << 20;

    private static final int MAX_DEPTH = 100;
    private static final String TOO_DEEP = "nested deeper than " + MAX_DEPTH;
    private static final int MAX_VALUES = 1_000_000;
    private static final Tag PLAIN = new Tag("tag:warren:plain");

    private final String source;
    private final boolean json;
    private final boolean lowerCase;
    private final Set<org.yaml.snakeyaml.nodes.Node> open = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<Problem> problems = new ArrayList<>();
    private int values;

    private DocumentReader(String source, boolean json, boolean lowerCase) {
        this.source = source;
        this.json = json;
        this.lowerCase = lowerCase;
    }

    /**
     * @param source its name in positions
     * @param json whether tabs may indent, and numbers are floating
     * @param lowerCase whether keys lose their case, as gost's do when read from a file
     * @return an empty mapping for an empty document
     * @throws ConfigException with every syntax error that was found
     */
    static Mapping read(String source, String text, boolean json, boolean lowerCase) {
        return new DocumentReader(source, json, lowerCase).read(json ? asYaml(text) : text);
    }

    private Mapping read(String text) {
        Position start = new Position(source, 1, 1);
        if (text.length() > MAX_CHARACTERS) {
            throw ConfigException.at(start, "more than " + (MAX_CHARACTERS >> 20) + " MiB");
        }
        Node root = compose(text).map(n -> node(n, 0)).orElse(new Scalar(start, Scalar.Nothing.NULL));
        if (!problems.isEmpty()) {
            throw new ConfigException(problems.stream().sorted().toList());
        }
        if (root.isNull()) {
            return Mapping.empty(start);
        }
        if (root instanceof Mapping mapping) {
            return mapping;
        }
        throw ConfigException.at(root.position(), "expected a map of sections such as services, got " + root.shown());
    }

    private Optional<org.yaml.snakeyaml.nodes.Node> compose(String text) {
        LoaderOptions limits = new LoaderOptions();
        limits.setNestingDepthLimit(MAX_DEPTH);
        limits.setCodePointLimit(MAX_CHARACTERS);
        try {
            Composer composer = new Composer(
                    new ParserImpl(new StreamReader(new StringReader(text)), limits), new PlainScalars(), limits);
            // Further documents of a file do not count, as in gost.
            return composer.checkNode() ? Optional.of(composer.getNode()) : Optional.empty();
        } catch (MarkedYAMLException e) {
            throw ConfigException.at(position(e.getProblemMark()), said(e));
        } catch (ReaderException e) {
            throw ConfigException.at(
                    positionOf(text, e.getPosition()),
                    String.format(Locale.ROOT, "character U+%04X is not allowed", e.getCodePoint()));
        } catch (YAMLException e) {
            String message = firstLine(String.valueOf(e.getMessage()));
            throw ConfigException.at(new Position(source, 1, 1), message.startsWith("Nesting") ? TOO_DEEP : message);
        } catch (IndexOutOfBoundsException | IllegalArgumentException | NullPointerException | StackOverflowError e) {
            // The scanner does not expect every malformed escape or directive.
            throw ConfigException.at(new Position(source, 1, 1), "not YAML");
        }
    }

    private Node node(org.yaml.snakeyaml.nodes.Node from, int depth) {
        org.yaml.snakeyaml.nodes.Node node = from instanceof AnchorNode a ? a.getRealNode() : from;
        Position at = position(node.getStartMark());
        if (++values > MAX_VALUES || depth > MAX_DEPTH) {
            throw ConfigException.at(at, depth > MAX_DEPTH ? TOO_DEEP : "more than " + MAX_VALUES + " values");
        }
        if (node instanceof ScalarNode scalar) {
            return new Scalar(at, scalar(scalar, at));
        }
        if (!open.add(node)) {
            problem(at, "an alias inside of what it stands for");
            return new Scalar(at, Scalar.Nothing.NULL);
        }
        Node made = node instanceof SequenceNode list
                ? new Sequence(
                        at,
                        list.getValue().stream().map(n -> node(n, depth + 1)).toList())
                : mapping((MappingNode) node, at, depth);
        open.remove(node);
        return made;
    }

    private Object scalar(ScalarNode node, Position at) {
        Tag tag = node.getTag();
        if (tag.equals(PLAIN)) {
            Object value = YamlScalars.resolve(node.getValue());
            // All numbers of JSON are floating to gost, which shows when it prints them.
            return json && value instanceof Long n ? (Object) n.doubleValue() : value;
        }
        if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT) || tag.equals(Tag.BOOL) || tag.equals(Tag.NULL)) {
            Object value = YamlScalars.resolve(node.getValue());
            if (value instanceof String) {
                problem(at, "\"" + node.getValue() + "\" is not what its tag " + tag.getValue() + " says");
            }
            return value;
        }
        return node.getValue();
    }

    private Mapping mapping(MappingNode node, Position at, int depth) {
        Map<String, Mapping.Entry> entries = new LinkedHashMap<>();
        Map<String, Position> first = new HashMap<>();
        List<Mapping> merged = new ArrayList<>();
        for (NodeTuple tuple : node.getValue()) {
            Position keyAt = position(tuple.getKeyNode().getStartMark());
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                problem(keyAt, "expected a name as key");
                continue;
            }
            if (key.getTag().equals(PLAIN) && key.getValue().equals("<<")) {
                merge(node(tuple.getValueNode(), depth + 1), keyAt, merged);
                continue;
            }
            String written = key.getValue();
            String lower = written.toLowerCase(Locale.ROOT);
            Position before = first.putIfAbsent(lower, keyAt);
            if (before != null) {
                problem(keyAt, "key \"" + written + "\" is there already at " + before);
                continue;
            }
            entries.put(
                    lower,
                    new Mapping.Entry(
                            lowerCase ? lower : written, written, keyAt, node(tuple.getValueNode(), depth + 1)));
        }
        for (Mapping other : merged) {
            other.entries().forEach(e -> entries.putIfAbsent(e.key().toLowerCase(Locale.ROOT), e));
        }
        return new Mapping(at, List.copyOf(entries.values()));
    }

    private void merge(Node value, Position at, List<Mapping> merged) {
        List<Node> all = value instanceof Sequence list ? list.items() : List.of(value);
        Set<String> wrong = new HashSet<>();
        for (Node one : all) {
            if (one instanceof Mapping mapping) {
                merged.add(mapping);
            } else {
                wrong.add(one.shown());
            }
        }
        if (!wrong.isEmpty()) {
            problem(at, "expected a map to merge, got " + String.join(", ", wrong));
        }
    }

    private void problem(Position at, String message) {
        problems.add(new Problem(at, "", message, Problem.Severity.ERROR));
    }

    private Position position(Mark mark) {
        return mark == null
                ? new Position(source, 1, 1)
                : new Position(source, mark.getLine() + 1, mark.getColumn() + 1);
    }

    private Position positionOf(String text, int index) {
        int line = 1;
        int column = 1;
        int end = Math.min(index, text.length());
        for (int i = 0; i < end; i++) {
            column++;
            if (text.charAt(i) == '\n') {
                line++;
                column = 1;
            }
        }
        return new Position(source, line, column);
    }

    private static String said(MarkedYAMLException e) {
        String problem = firstLine(String.valueOf(e.getProblem()));
        String context = e.getContext();
        return context == null || context.isBlank() ? problem : firstLine(context) + ": " + problem;
    }

    private static String firstLine(String text) {
        int end = text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end);
    }

    /**
     * What JSON has and YAML 1.1 has not: tabs that indent, and {@code \/} for a slash. A tab in a JSON string is an escape, so outside of strings
     * each can be a blank.
     */
    private static String asYaml(String json) {
        StringBuilder out = new StringBuilder(json.length());
        boolean quoted = false;
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (quoted && c == '\\' && i + 1 < json.length()) {
                char next = json.charAt(++i);
                out.append(next == '/' ? "/" : "\\" + next);
                continue;
            }
            quoted ^= c == '"';
            out.append(!quoted && c == '\t' ? ' ' : c);
        }
        return out.toString();
    }

    /** Marks plain scalars instead of guessing what they mean. */
    private static final class PlainScalars extends Resolver {
        @Override
        protected void addImplicitResolvers() {
            // None: YamlScalars knows what plain scalars mean.
        }

        @Override
        public Tag resolve(NodeId kind, String value, boolean implicit) {
            if (kind == NodeId.scalar) {
                return implicit ? PLAIN : Tag.STR;
            }
            return kind == NodeId.sequence ? Tag.SEQ : Tag.MAP;
        }
    }
}
