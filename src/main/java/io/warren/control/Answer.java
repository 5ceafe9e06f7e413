package io.warren.control;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a member says.
 *
 * @param body empty when nothing is known of it
 * @param answered whether it has said so just now, else it is what it said last
 * @param at when
 */
record Answer(Peer peer, Optional<JsonObject> body, boolean answered, Instant at, String error) {
    JsonObject shown() {
        JsonObject json = new JsonObject().put("member", peer.name()).put("state", answered ? "answered" : "stale");
        if (body.isPresent()) {
            json.put("at", at.toString());
        }
        return error.isEmpty() ? json : json.put("error", error);
    }

    /** Its rows with its name, which it leaves out where every byte counts. */
    Answer ofItsMember() {
        return new Answer(
                peer,
                body.map(b -> {
                    JsonArray named = new JsonArray();
                    JsonArray rows = b.getJsonArray("rows");
                    for (int i = 0; i < rows.size(); i++) {
                        named.add(rows.getJsonObject(i).copy().put("member", peer.name()));
                    }
                    return new JsonObject().put("rows", named).put("total", b.getInteger("total", 0));
                }),
                answered,
                at,
                error);
    }

    /** The rows of a list, those of a member that did not answer marked. */
    List<JsonObject> rows() {
        List<JsonObject> rows = new ArrayList<>();
        JsonArray array = body.map(b -> b.getJsonArray("rows")).orElse(null);
        if (array != null) {
            for (int i = 0; i < array.size(); i++) {
                JsonObject row = array.getJsonObject(i);
                // Of a view of this process the rows are shared with whoever asks at the same time.
                rows.add(answered ? row : row.copy().put("stale", true));
            }
        }
        return rows;
    }
}
