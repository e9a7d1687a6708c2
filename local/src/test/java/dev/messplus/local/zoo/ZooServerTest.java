package dev.messplus.local.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ZooServerTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PROMPT =
            "Which is another spelling of \"colour\"?\nA) red\nB) color";

    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicInteger answering = new AtomicInteger();
    private final AtomicInteger mostAnswering = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private final CyclicBarrier pair = new CyclicBarrier(2);
    private ZooServer server;

    @TempDir private Path noPowercap;

    @BeforeEach
    void start() throws IOException {
        server =
                ZooServer.start(
                        0,
                        2,
                        Map.of(
                                "trigram", () -> VotingModel.of(new Spelling()),
                                "slow", SlowModel::new,
                                "paired", PairedModel::new,
                                "broken", BrokenModel::new),
                        // As on a machine without RAPL.
                        ZooMeter.open(noPowercap.toString(), 20));
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void answersAsOpenAiDoes() throws Exception {
        var response = post(chat("trigram", PROMPT));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
        var json = JSON.readTree(response.body());
        assertThat(json.path("id").asText()).startsWith("chatcmpl-");
        assertThat(json.path("object").asText()).isEqualTo("chat.completion");
        assertThat(json.path("created").asLong()).isPositive();
        assertThat(json.path("model").asText()).isEqualTo("trigram");
        var choice = json.path("choices").path(0);
        assertThat(choice.path("index").asInt(-1)).isZero();
        assertThat(choice.path("finish_reason").asText()).isEqualTo("stop");
        assertThat(choice.path("message"))
                .isEqualTo(
                        JSON.createObjectNode()
                                .put("role", "assistant")
                                .put("content", "B) color"));
        var usage = json.path("usage");
        assertThat(usage.path("prompt_tokens").asInt()).isEqualTo(10);
        assertThat(usage.path("completion_tokens").asInt()).isEqualTo(2);
        assertThat(usage.path("total_tokens").asInt()).isEqualTo(12);
        double cpuTimeMs = usage.path("cpu_time_ms").asDouble();
        assertThat(cpuTimeMs).isPositive();
        assertThat(usage.path("energy_joules").asDouble())
                .isCloseTo(20 * cpuTimeMs / 1e3, within(1e-9));
        assertThat(usage.path("energy_source").asText()).isEqualTo("cpu_time (estimated)");
    }

    @Test
    void readsTheUsersLastMessageAlsoInParts() throws Exception {
        var response =
                post(
                        """
                        {"model": "trigram", "temperature": 0, "messages": [
                          {"role": "system", "content": "Be brief."},
                          {"role": "user", "content": "Hello"},
                          {"role": "user", "content": [{"type": "text", "text": "as \\"b\\"?\\nA) a\\nB) b"}]}]}
                        """);

        assertThat(content(response)).isEqualTo("B) b");
    }

    @Test
    void measuresTheCpuTimeOfTheWorkNotOfTheWait() throws Exception {
        var usage = JSON.readTree(post(chat("slow", PROMPT)).body()).path("usage");

        assertThat(usage.path("cpu_time_ms").asDouble()).isBetween(20.0, 900.0);
    }

    @Test
    void computesNoMoreAnswersAtOnceThanThereAreWorkers() {
        var responses = new ArrayList<CompletableFuture<HttpResponse<String>>>();
        for (int i = 0; i < 8; i++) {
            responses.add(
                    client.sendAsync(request(chat("paired", PROMPT)), BodyHandlers.ofString()));
        }

        assertThat(responses).allSatisfy(r -> assertThat(r.join().statusCode()).isEqualTo(200));
        assertThat(mostAnswering).hasValue(2);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            textBlock =
                    """
                    `not json`, 400, invalid_json, `not JSON`
                    ``, 400, invalid_json, `JSON object`
                    `[1]`, 400, invalid_json, `JSON object`
                    `{"messages": []}`, 400, missing_field, `'model'`
                    `{"model": "trigram"}`, 400, missing_field, `'messages'`
                    `{"model": "trigram", "messages": [{"role": "user", "content": 1}]}`, 400, missing_field, `'content'`
                    `{"model": "trigram", "messages": [{"role": "user", "content": "Hi"}]}`, 400, invalid_prompt, `no options`
                    `{"model": "trigram", "stream": true}`, 400, unsupported, `'stream'`
                    `{"model": "gpt", "messages": [{"role": "user", "content": "Hi"}]}`, 404, model_not_found, `'gpt'`
                    """)
    void refusesWithTheReason(String body, int status, String code, String message)
            throws Exception {
        var response = post(body);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(error(response).path("code").asText()).isEqualTo(code);
        assertThat(error(response).path("type").asText()).isEqualTo("invalid_request_error");
        assertThat(error(response).path("message").asText()).contains(message);
    }

    @Test
    void refusesLargeBodies() throws Exception {
        var response = post(chat("trigram", "x".repeat(3 << 20)));

        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(error(response).path("code").asText()).isEqualTo("request_too_large");
    }

    @Test
    void survivesAModelThatFails() throws Exception {
        var response = post(chat("broken", PROMPT));

        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(error(response).path("type").asText()).isEqualTo("server_error");
        assertThat(error(response).path("message").asText()).contains("out of order");
        for (int i = 0; i < 4; i++) {
            assertThat(content(post(chat("trigram", PROMPT)))).isEqualTo("B) color");
        }
    }

    @Test
    void listsModelsAndHealth() throws Exception {
        var models = JSON.readTree(get(server.url() + "/models").body());

        assertThat(models.path("object").asText()).isEqualTo("list");
        assertThat(models.path("data").findValuesAsText("id"))
                .containsExactlyInAnyOrder("trigram", "slow", "paired", "broken");
        assertThat(get(server.url().resolve("/health").toString()).body())
                .isEqualTo("{\"status\":\"ok\"}");
    }

    @Test
    void refusesOtherMethodsAndPaths() throws Exception {
        var wrongMethod = get(server.url() + "/chat/completions");
        var wrongPath = get(server.url() + "/models/trigram");

        assertThat(wrongMethod.statusCode()).isEqualTo(405);
        assertThat(wrongMethod.headers().firstValue("Allow")).hasValue("POST");
        assertThat(wrongPath.statusCode()).isEqualTo(404);
        assertThat(error(wrongPath).path("message").asText()).contains("/v1/models/trigram");
    }

    @Test
    void closesItsModelsAndItsPort() {
        assertThat(open).hasValue(2);

        server.close();
        server.close();

        assertThat(open).hasValue(0);
        assertThatThrownBy(() -> post(chat("trigram", PROMPT)))
                .isInstanceOf(ConnectException.class);
    }

    @Test
    void freesWhatItOpenedWhenAModelDoesNotOpen() {
        Supplier<ZooModel> absent =
                () -> {
                    throw new IllegalStateException("no such file");
                };

        assertThatThrownBy(() -> ZooServer.start(0, 1, Map.of("absent", absent), 10))
                .hasMessage("no such file");
    }

    private static String chat(String model, String prompt) {
        var request = JSON.createObjectNode().put("model", model);
        request.putArray("messages").addObject().put("role", "user").put("content", prompt);
        return request.toString();
    }

    private HttpRequest request(String body) {
        return HttpRequest.newBuilder(URI.create(server.url() + "/chat/completions"))
                .POST(BodyPublishers.ofString(body))
                .build();
    }

    private HttpResponse<String> post(String body) throws Exception {
        return client.send(request(body), BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String url) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
    }

    private static String content(HttpResponse<String> response) throws IOException {
        return JSON.readTree(response.body())
                .at("/choices/0/message/content")
                .asText(response.body());
    }

    private static JsonNode error(HttpResponse<String> response) throws IOException {
        return JSON.readTree(response.body()).path("error");
    }

    /** Sleeps for a second and computes for 20 ms. */
    private final class SlowModel implements ZooModel {

        SlowModel() {
            open.incrementAndGet();
        }

        @Override
        public String answer(String prompt) {
            try {
                Thread.sleep(1_000);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            var threads = ManagementFactory.getThreadMXBean();
            long startNanos = threads.getCurrentThreadCpuTime();
            while (threads.getCurrentThreadCpuTime() - startNanos < 20_000_000) {
                Thread.onSpinWait();
            }
            return "A) red";
        }

        @Override
        public void close() {
            open.decrementAndGet();
        }
    }

    /** Answers once another call is being answered as well. */
    private final class PairedModel implements ZooModel {

        @Override
        public String answer(String prompt) {
            mostAnswering.accumulateAndGet(answering.incrementAndGet(), Math::max);
            try {
                pair.await(1, TimeUnit.MINUTES);
            } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
                throw new IllegalStateException("no second call is being answered", e);
            }
            answering.decrementAndGet();
            return "A) red";
        }

        @Override
        public void close() {}
    }

    private static final class BrokenModel implements ZooModel {

        @Override
        public String answer(String prompt) {
            throw new IllegalStateException("out of order");
        }

        @Override
        public void close() {}
    }
}
