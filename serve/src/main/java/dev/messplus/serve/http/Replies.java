package dev.messplus.serve.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.batch.chat.ApiError;
import dev.messplus.record.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/** What the routes answer. */
final class Replies {

    private static final String JSON = "application/json";

    private Replies() {}

    static void json(RoutingContext call, int status, JsonNode body) {
        send(call, status, JSON, Buffer.buffer(Json.bytes(body)));
    }

    static void error(RoutingContext call, ApiError error) {
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
