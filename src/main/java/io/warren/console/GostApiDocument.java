package io.warren.console;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.warren.config.Models;

/** The description of gost's API under {@code /docs}, for everybody: Swagger 2.0, as JSON, which YAML includes. */
final class GostApiDocument implements Site {
    private static final String LISTING = """
            <!doctype html>
            <meta name="viewport" content="width=device-width">
            <pre>
            <a href="swagger.yaml">swagger.yaml</a>
            </pre>
            """;

    private final String prefix;

    GostApiDocument(String prefix) {
        this.prefix = prefix;
    }

    @Override
    public void mount(Router router) {
        Buffer document = Buffer.buffer(document().encodePrettily());
        router.get(prefix + "/docs").handler(ctx -> {
            if (ctx.request().path().endsWith("/")) {
                Answers.send(ctx, 200, "text/html; charset=utf-8", Buffer.buffer(LISTING));
            } else {
                ctx.response().putHeader("Location", prefix + "/docs/");
                Answers.empty(ctx, 301);
            }
        });
        router.get(prefix + "/docs/swagger.yaml").handler(ctx -> Answers.send(ctx, 200, "application/yaml", document));
        router.route(prefix + "/docs/*").handler(ctx -> Answers.empty(ctx, 404));
    }

    private JsonObject document() {
        JsonObject paths = new JsonObject();
        path(paths, "/config")
                .put("get", operation("The configuration in force.", reference("root"), query("format")))
                .put("post", operation("Save it to a file.", response(), query("format"), query("path")));
        path(paths, "/config/reload").put("post", operation("Read all sources again.", response()));
        Kinds.ALL.forEach((kind, one) -> objects(paths, kind, one));
        path(paths, "/config/quotas/{name}/reset")
                .put("post", operation("Set what a quota has counted.", response(), name()));
        return new JsonObject()
                .put("swagger", "2.0")
                .put("info", new JsonObject().put("title", "Web API").put("version", "3"))
                .put("basePath", prefix.isEmpty() ? "/" : prefix)
                .put("schemes", array("https", "http"))
                .put("consumes", array("application/json"))
                .put("produces", array("application/json"))
                .put("securityDefinitions", new JsonObject().put("basicAuth", new JsonObject().put("type", "basic")))
                .put("security", new JsonArray().add(new JsonObject().put("basicAuth", new JsonArray())))
                .put("paths", paths)
                .put("definitions", Models.all("#/definitions/").put("Response", responseModel()));
    }

    private static void objects(JsonObject paths, String kind, String one) {
        JsonObject model = reference(Models.ofKind(kind).orElseThrow());
        path(paths, "/config/" + kind)
                .put("get", operation("All " + kind + ".", response()))
                .put("post", operation("Make a new " + one + ".", response(), body(model)));
        path(paths, "/config/" + kind + "/{name}")
                .put("get", operation("One " + one + ".", response(), name()))
                .put("put", operation("Replace the " + one + ".", response(), name(), body(model)))
                .put("delete", operation("Delete the " + one + ".", response(), name()));
    }

    private static JsonObject path(JsonObject paths, String path) {
        JsonObject operations = new JsonObject();
        paths.put(path, operations);
        return operations;
    }

    private static JsonObject operation(String summary, JsonObject schema, JsonObject... parameters) {
        return new JsonObject()
                .put("summary", summary)
                .put("parameters", array((Object[]) parameters))
                .put(
                        "responses",
                        new JsonObject()
                                .put(
                                        "200",
                                        new JsonObject()
                                                .put("description", "done")
                                                .put("schema", schema)));
    }

    private static JsonObject query(String key) {
        return parameter("query", key).put("type", "string");
    }

    private static JsonObject name() {
        return parameter("path", "name").put("type", "string").put("required", true);
    }

    private static JsonObject body(JsonObject schema) {
        return parameter("body", "object").put("schema", schema);
    }

    private static JsonObject parameter(String in, String key) {
        return new JsonObject().put("in", in).put("name", key);
    }

    private static JsonObject reference(String model) {
        return new JsonObject().put("$ref", "#/definitions/" + model);
    }

    private static JsonObject response() {
        return reference("Response");
    }

    private static JsonObject responseModel() {
        JsonObject properties = new JsonObject()
                .put("code", new JsonObject().put("type", "integer"))
                .put("msg", new JsonObject().put("type", "string"))
                .put("data", new JsonObject().put("type", "object"));
        return new JsonObject().put("type", "object").put("properties", properties);
    }

    private static JsonArray array(Object... values) {
        return new JsonArray(java.util.List.of(values));
    }
}
