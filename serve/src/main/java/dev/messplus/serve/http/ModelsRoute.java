package dev.messplus.serve.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.messplus.serve.access.Tenant;
import io.vertx.ext.web.RoutingContext;

/** {@code GET /v1/models}: the SLAs that the caller may use, as models. */
final class ModelsRoute {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final long createdSeconds = System.currentTimeMillis() / 1_000;

    void list(RoutingContext call, Tenant tenant) {
        ObjectNode list = NODES.objectNode().put("object", "list");
        ArrayNode data = list.putArray("data");
        tenant.slas().forEach(sla -> data.add(model(sla)));
        Replies.json(call, 200, list);
    }

    void get(RoutingContext call, Tenant tenant) {
        String sla = call.pathParam("model");
        if (tenant.slas().contains(sla)) {
            Replies.json(call, 200, model(sla));
        } else {
            Replies.error(call, ApiErrors.unknownModel(NODES.textNode(sla).toString()));
        }
    }

    private ObjectNode model(String sla) {
        return NODES.objectNode()
                .put("id", sla)
                .put("object", "model")
                .put("created", createdSeconds)
                .put("owned_by", "mess");
    }
}
