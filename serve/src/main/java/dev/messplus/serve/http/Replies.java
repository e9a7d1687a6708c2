package dev.messplus.serve.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.batch.chat.ApiError;
import dev.messplus.record.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;

/** What the routes answer. */
final class Replies {

    private static final String JSON = "application/json";

    /** What was tried already, for as long as there was time. */
    private static final Set<Integer> ANSWERED = Set.of(502, 504);

    /** What is no other in a second, and what must not be done twice. */
    private static final Set<String> LASTING =
            Set.of(
                    "batch_limit_exceeded",
                    "storage_limit_exceeded",
                    "file_in_use",
                    "batch_ended",
                    "batch_unconfirmed");

    private Replies() {}

    static void json(RoutingContext call, int status, JsonNode body) {
        send(call, status, JSON, Buffer.buffer(Json.bytes(body)));
    }

    /** The body of a call; empty if it has none. */
    static byte[] body(RoutingContext call) {
        Buffer body = call.body().buffer();
        return body == null ? new byte[0] : body.getBytes();
    }

    static void error(RoutingContext call, ApiError error) {
        boolean again =
                !ANSWERED.contains(error.status())
                        && !LASTING.contains(String.valueOf(error.code()));
        if (!again && !call.response().headWritten()) {
            // OpenAI's SDKs would send it twice more, and have models called for it again.
            call.response().putHeader("x-should-retry", "false");
        }
        json(call, error.status(), error.body());
    }

    static void send(RoutingContext call, int status, String type, Buffer body) {
        HttpServerResponse response = call.response();
        if (!response.ended() && !response.closed()) {
            response.setStatusCode(status).putHeader("content-type", type);
            var unused = response.end(body);
        }
    }
}
