package dev.messplus.serve.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.messplus.batch.chat.ApiError;
import dev.messplus.batch.line.InvalidLineException;
import dev.messplus.batch.line.StrictJson;
import dev.messplus.record.Json;
import dev.messplus.serve.access.Tenant;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Optional;

/**
 * {@code POST /v1/feedback}: a label for an answer, to the feedback topic. The request may be named
 * by the id of its chat completion.
 */
final class FeedbackRoute implements Route {

    private static final String REQUEST_ID = "request_id";
    private static final String COMPLETION = "chatcmpl-";

    private final Backend backend;
    private final Callers callers;

    FeedbackRoute(Backend backend, Callers callers) {
        this.backend = backend;
        this.callers = callers;
    }

    @Override
    public void handle(RoutingContext call, Tenant tenant) throws InvalidLineException {
        ObjectNode label = StrictJson.object(Replies.body(call));
        String id = label.path(REQUEST_ID).asText();
        if (id.startsWith(COMPLETION)) {
            id = id.substring(COMPLETION.length());
            label.put(REQUEST_ID, id);
        }
        byte[] json = Json.bytes(label);
        Optional<String> error = backend.check().feedbackError(json);
        if (error.isPresent()) {
            Replies.error(call, ApiError.invalid(error.get()));
            return;
        }
        if (!tenant.slas().contains(label.path("sla").asText())) {
            Replies.error(call, ApiErrors.unknownModel(label.path("sla").toString()));
            return;
        }
        ObjectNode done =
                JsonNodeFactory.instance.objectNode().put("object", "feedback").put(REQUEST_ID, id);
        backend.writer()
                .write(
                        backend.topics().feedback(),
                        id,
                        json,
                        Map.of(),
                        problem ->
                                callers.onLoop(
                                        () -> {
                                            if (problem == null) {
                                                Replies.json(call, 200, done);
                                            } else {
                                                Replies.error(call, ApiErrors.noKafka(problem));
                                            }
                                        }));
    }
}
