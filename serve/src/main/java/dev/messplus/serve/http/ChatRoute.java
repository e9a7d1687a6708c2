package dev.messplus.serve.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.messplus.batch.chat.ApiError;
import dev.messplus.batch.chat.ChatBody;
import dev.messplus.batch.chat.ChatCompletion;
import dev.messplus.batch.line.InvalidLineException;
import dev.messplus.batch.line.LineAnswer;
import dev.messplus.batch.line.RequestId;
import dev.messplus.batch.line.StrictJson;
import dev.messplus.record.Json;
import dev.messplus.record.Response;
import dev.messplus.serve.access.Tenant;
import dev.messplus.serve.metrics.DoorMetrics;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Optional;

/**
 * {@code POST /v1/chat/completions}: a request to the topic, and its response back to the caller.
 */
final class ChatRoute implements Route {

    private static final String STREAM = "stream";
    private static final String STREAM_OPTIONS = "stream_options";
    private static final String TIMEOUT = "timeout_ms";

    /** A response that says that the time is up comes a little later than the time is up. */
    private static final long GRACE_MILLIS = 1_000;

    /** Each holds its connection and some kilobytes. */
    private static final int MAX_WAITING = 20_000;

    private final Backend backend;
    private final Callers callers;
    private final DoorMetrics metrics;

    ChatRoute(Backend backend, Callers callers, DoorMetrics metrics) {
        this.backend = backend;
        this.callers = callers;
        this.metrics = metrics;
    }

    @Override
    public void handle(RoutingContext call, Tenant tenant) throws InvalidLineException {
        ObjectNode body = StrictJson.object(Replies.body(call));
        JsonNode model = body.path("model");
        if (model.isTextual() && !tenant.slas().contains(model.textValue())) {
            Replies.error(call, ApiErrors.unknownModel(model.toString()));
            return;
        }
        JsonNode streamed = body.path(STREAM);
        boolean withUsage = body.path(STREAM_OPTIONS).path("include_usage").asBoolean();
        if (streamed.isBoolean()) {
            body.remove(STREAM);
            body.remove(STREAM_OPTIONS);
        }
        ObjectNode request = ChatBody.request(body, null);
        Optional<String> error = backend.check().requestError(Json.bytes(request));
        if (error.isPresent()) {
            Replies.error(call, ApiError.invalid(ChatBody.error(error.get())));
            return;
        }
        long millis = backend.limits().timeout().toMillis();
        if (request.hasNonNull(TIMEOUT)) {
            millis = Math.min(millis, request.get(TIMEOUT).longValue());
        }
        // No model is to be called for a caller who is gone.
        request.put(TIMEOUT, millis);
        send(call, request, millis, new Style(streamed.asBoolean(), withUsage));
    }

    /**
     * How the answer is written.
     *
     * @param streamed as events
     * @param withUsage with an event for the tokens
     */
    private record Style(boolean streamed, boolean withUsage) {}

    private void send(RoutingContext call, ObjectNode request, long millis, Style style) {
        if (callers.waiting() >= MAX_WAITING) {
            Replies.error(call, ApiErrors.TOO_MANY_WAIT);
            return;
        }
        long number =
                callers.await(
                        millis + GRACE_MILLIS,
                        answer -> answer(call, answer, style),
                        () -> Replies.error(call, ApiErrors.timeout(millis)));
        call.response()
                .closeHandler(
                        closed -> {
                            if (callers.leave(number)) {
                                metrics.callerLeft();
                            }
                        });
        String id = new RequestId(backend.door(), number, null).text();
        ObjectNode record = JsonNodeFactory.instance.objectNode().put("id", id);
        record.setAll(request);
        byte[] json = Json.bytes(record);
        if (json.length > backend.limits().bodyBytes()) {
            boolean unused = callers.leave(number);
            Replies.error(call, ApiErrors.TOO_LARGE);
            return;
        }
        backend.writer()
                .write(
                        backend.topics().requests(),
                        id,
                        json,
                        traceHeaders(call),
                        problem -> callers.onLoop(() -> written(call, number, problem)));
    }

    private void written(RoutingContext call, long number, Exception problem) {
        if (problem != null && callers.leave(number)) {
            Replies.error(call, ApiErrors.noKafka(problem));
        }
    }

    private static Map<String, String> traceHeaders(RoutingContext call) {
        String traceparent = call.request().getHeader("traceparent");
        String tracestate = call.request().getHeader("tracestate");
        if (traceparent == null) {
            return Map.of();
        }
        return tracestate == null
                ? Map.of("traceparent", traceparent)
                : Map.of("traceparent", traceparent, "tracestate", tracestate);
    }

    private void answer(RoutingContext call, LineAnswer answer, Style style) {
        Response response = answer.response();
        if (!response.isAnswered()) {
            Replies.error(call, ApiError.of(response));
            return;
        }
        metrics.completed(
                response.sla(), (response.waitedMillis() + response.latencyMillis()) / 1e3);
        ObjectNode completion = ChatCompletion.of(response, answer.timestampMillis());
        if (style.streamed()) {
            Replies.send(
                    call,
                    200,
                    "text/event-stream",
                    Buffer.buffer(ChatEvents.of(completion, style.withUsage())));
        } else {
            Replies.json(call, 200, completion);
        }
    }
}
