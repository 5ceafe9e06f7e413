package io.warren.control;

import io.vertx.core.json.JsonObject;
import java.io.StringReader;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** Documents as they were written, JSON or YAML: looked at without being taken apart. */
final class Documents {
    private static final int DEPTH = 100;

    private Documents() {}

    /** The parsed document, every node with its place in the text; empty when it cannot be parsed. */
    static Optional<Node> parse(String document) {
        try {
            LoaderOptions options = new LoaderOptions();
            options.setNestingDepthLimit(DEPTH);
            return Optional.ofNullable(new Yaml(new SafeConstructor(options)).compose(new StringReader(document)));
        } catch (YAMLException e) {
            return Optional.empty();
        }
    }

    /** YAML, which JSON is too, as JSON. */
    static JsonObject json(String document) {
        LoaderOptions options = new LoaderOptions();
        options.setNestingDepthLimit(DEPTH);
        Object loaded = new Yaml(new SafeConstructor(options)).load(document);
        JsonObject out = new JsonObject();
        if (loaded instanceof Map<?, ?> map) {
            map.forEach((key, value) -> out.put(String.valueOf(key), value));
        }
        // By way of text, so that all that is in it is JSON.
        return new JsonObject(out.encode());
    }

    static String yaml(JsonObject object) {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        return new Yaml(options).dump(new Yaml(new SafeConstructor(new LoaderOptions())).load(object.encode()));
    }

    /** The name that the document gives its object; empty without one. */
    static String name(String document) {
        return parse(document)
                .flatMap(node -> value(node, "name"))
                .map(Documents::text)
                .orElse("")
                .trim();
    }

    /** The value of a key in any case. */
    static Optional<Node> value(Node node, String key) {
        if (!(node instanceof MappingNode mapping)) {
            return Optional.empty();
        }
        return mapping.getValue().stream()
                .filter(entry -> text(entry.getKeyNode()).equalsIgnoreCase(key))
                .map(NodeTuple::getValueNode)
                .findFirst();
    }

    static String text(Node node) {
        return node instanceof ScalarNode scalar ? scalar.getValue() : "";
    }
}
