package dev.messplus.score.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.messplus.http.Access;
import dev.messplus.http.BoundedBody;
import dev.messplus.http.TrustStore;
import dev.messplus.record.Json;
import dev.messplus.record.ModelOutput;
import dev.messplus.record.PromptRequest;
import dev.messplus.score.AnsweredRequest;
import dev.messplus.score.Score;
import dev.messplus.score.Scorer;
import dev.messplus.score.ScorerConfig;
import dev.messplus.score.ScorerContext;
import dev.messplus.score.ScoringException;
import dev.messplus.setting.Secret;
import dev.messplus.setting.Setting;
import dev.messplus.sharing.Futures;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Posts a request and its answer to a service, which replies with a score.
 *
 * <pre>
 *   {"id": "42", "sla": "gold", "model": "small", "messages": […], "output": "Paris", …}
 *   {"score": 0.8}
 * </pre>
 *
 * <p>A reply of status 204, or one whose score is {@code null}, means that the service has nothing
 * to say of the answer. Any other status than 200, a score outside [0, 1] and a reply that is no
 * such object are failures. Redirects are not followed.
 */
public final class HttpScorer implements Scorer {

    /** A score has a few bytes; what else a service says of it is not read. */
    private static final int MAX_REPLY_BYTES = 65_536;

    private static final long CONNECT_TIMEOUT_SECONDS = 5;
    private static final int OK = 200;
    private static final int NO_CONTENT = 204;

    private final HttpClient client;
    private final HttpRequest template;

    /**
     * Its settings.
     *
     * @param url that is posted to
     * @param apiKey sent as a bearer token; {@code null} for none. Messages and {@link #toString}
     *     do not contain it
     * @param trustStore certificates to trust over https; {@code null} for Java's own
     * @param timeoutMillis how long a score is waited for, in milliseconds
     * @param maxInFlight calls at a time, of the whole job
     */
    public record Config(
            @Setting(
                            required = true,
                            pattern = "^https?://[^\\s/?#@]+[^\\s#]*$",
                            expected = "the http or https address of the service, without a user")
                    String url,
            @Setting(pattern = Secret.PATTERN, expected = Secret.KEY) String apiKey,
            @Setting("Certificates to trust over https.") TrustStore trustStore,
            @Setting(byDefault = "10000", range = "[1, 3600000]") long timeoutMillis,
            @Setting(byDefault = "64", range = "[1, 100000]") int maxInFlight)
            implements ScorerConfig {

        @Override
        public Scorer open(ScorerContext context) {
            return new HttpScorer(this);
        }

        /** Omits the API key. */
        @Override
        public String toString() {
            return "HttpScorer.Config[url=" + url + "]";
        }
    }

    private HttpScorer(Config config) {
        Access access = Access.bearer(config.apiKey, config.trustStore);
        HttpClient.Builder builder =
                HttpClient.newBuilder()
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(Duration.ofSeconds(CONNECT_TIMEOUT_SECONDS));
        if (config.trustStore != null) {
            try {
                builder.sslContext(config.trustStore.context());
            } catch (IOException e) {
                throw new ScoringException(e.getMessage());
            }
        }
        client = builder.build();
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(config.url))
                        .version(HttpClient.Version.HTTP_1_1)
                        .header("Content-Type", "application/json")
                        .header("Accept", "application/json");
        if (access.hasKey()) {
            request.header("Authorization", access.authorization());
        }
        template = request.build();
    }

    @Override
    public CompletableFuture<Score> score(AnsweredRequest answered, long deadlineNanos) {
        HttpRequest post =
                HttpRequest.newBuilder(template, (name, value) -> true)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(Json.bytes(body(answered))))
                        .build();
        CompletableFuture<HttpResponse<BoundedBody>> exchange =
                client.sendAsync(post, BoundedBody.upTo(MAX_REPLY_BYTES));
        CompletableFuture<Score> score = exchange.handle(HttpScorer::score);
        // The client closes the connection of a future of its own alone.
        return new Exchange(exchange, score);
    }

    /** A score whose cancellation ends the exchange. */
    private static final class Exchange extends CompletableFuture<Score> {

        private final CompletableFuture<?> exchange;

        Exchange(CompletableFuture<?> exchange, CompletableFuture<Score> score) {
            this.exchange = exchange;
            Futures.whenComplete(
                    score,
                    (value, failure) -> {
                        if (failure == null) {
                            complete(value);
                        } else {
                            completeExceptionally(failure);
                        }
                    });
        }

        @Override
        public boolean cancel(boolean mayInterrupt) {
            boolean canceled = super.cancel(mayInterrupt);
            exchange.cancel(mayInterrupt);
            return canceled;
        }
    }

    private static ObjectNode body(AnsweredRequest answered) {
        PromptRequest request = answered.request();
        ModelOutput output = answered.output();
        ObjectNode body =
                Json.MAPPER
                        .createObjectNode()
                        .put("id", request.id())
                        .put("sla", request.sla())
                        .put("model", answered.model());
        json(body, "messages", request.messages());
        if (!request.references().isEmpty()) {
            request.references().forEach(body.withArray("references")::add);
            body.put("metric", request.metric());
        }
        json(body, "metadata", request.metadata());
        text(body, "output", answered.text());
        json(body, "tool_calls", output.toolCalls());
        text(body, "refusal", output.refusal());
        text(body, "finish_reason", output.finishReason());
        return body;
    }

    private static void json(ObjectNode body, String name, String json) {
        if (json != null) {
            body.putRawValue(name, new RawValue(json));
        }
    }

    private static void text(ObjectNode body, String name, String text) {
        if (text != null) {
            body.put(name, text);
        }
    }

    private static Score score(HttpResponse<BoundedBody> reply, Throwable failure) {
        if (failure != null) {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            throw new ScoringException("could not be called: " + cause);
        }
        if (reply.statusCode() == NO_CONTENT) {
            return Score.NONE;
        }
        if (reply.statusCode() != OK) {
            throw new ScoringException("replied with status " + reply.statusCode());
        }
        BoundedBody body = reply.body();
        if (!body.whole) {
            throw new ScoringException("replied with more than " + MAX_REPLY_BYTES + " bytes");
        }
        return score(body);
    }

    private static Score score(BoundedBody body) {
        JsonNode score;
        try {
            score = Json.MAPPER.readTree(body.bytes, 0, body.length).path("score");
        } catch (IOException e) {
            throw new ScoringException("replied with something else than JSON");
        }
        if (score.isNull()) {
            return Score.NONE;
        }
        double value = score.doubleValue();
        if (!score.isNumber() || !(value >= 0 && value <= 1)) {
            throw new ScoringException(
                    "score: must be a number between 0 and 1, or null, was "
                            + (score.isNumber() ? value : score.getNodeType()));
        }
        return Score.of(value);
    }
}
