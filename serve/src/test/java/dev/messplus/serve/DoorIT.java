package dev.messplus.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.data.Offset.offset;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.models.Model;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.messplus.job.fixture.TestConfig;
import dev.messplus.job.fixture.TestJob;
import dev.messplus.job.fixture.TestSla;
import dev.messplus.job.kafka.admin.Topics;
import dev.messplus.record.Json;
import dev.messplus.serve.access.Keys;
import dev.messplus.testkit.KeyTool;
import dev.messplus.testkit.Patience;
import dev.messplus.testkit.SharedCluster;
import dev.messplus.testkit.TestCluster;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Clients that people have, a door, and a job behind it. */
@ExtendWith(SharedCluster.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DoorIT {

    private static final String KEY = "0123456789abcdef";
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @TempDir static Path folder;

    private static TestCluster cluster;
    private static TestJob job;
    private static Door door;
    private static OpenAIClient client;

    @BeforeAll
    static void start(TestCluster shared) throws Exception {
        cluster = shared;
        TestConfig config =
                TestConfig.on(cluster, "door")
                        .sla("gold", TestSla.promising(0.7))
                        .sla("silver", TestSla.promising(0.5));
        job = TestJob.on(cluster, config).start();
        Topics.ofDoors(config.parse().kafka()).ensure();
        Path keys =
                Files.writeString(
                        folder.resolve("keys.yaml"),
                        """
                        tenants:
                          team: { keys: ["${env:KEY}"] }
                          guest: { keys: ["${env:GUEST}"], slas: [silver], requestsPerSecond: 1 }
                        """);
        door =
                Door.open(
                        config.parse(),
                        Keys.read(
                                keys,
                                config.parse().slas().keySet(),
                                Map.of("KEY", KEY, "GUEST", "guest-" + KEY)),
                        TestDoor.options(folder));
        client = client(KEY);
    }

    private static OpenAIClient client(String key) {
        return TestDoor.client(door, key);
    }

    @AfterAll
    static void stop() throws Exception {
        client.close();
        door.close();
        job.close();
    }

    @Test
    void anSdkGetsTheAnswerOfTheJob() {
        ChatCompletion answer =
                client.chat()
                        .completions()
                        .create(
                                chat("gold", "easy 17")
                                        .maxCompletionTokens(5)
                                        .temperature(0.5)
                                        .putAdditionalBodyProperty(
                                                "reference", JsonValue.from("17"))
                                        .build());
        assertThat(answer.choices().get(0).message().content()).contains("17");
        assertThat(answer.choices().get(0).finishReason())
                .isEqualTo(ChatCompletion.Choice.FinishReason.STOP);
        assertThat(answer.model()).isIn("small", "large");
        assertThat(answer.usage().orElseThrow().totalTokens()).isEqualTo(3);
        assertThat(answer.created()).isCloseTo(System.currentTimeMillis() / 1_000, offset(60L));
        answer.validate();
        Map<?, ?> mess = answer._additionalProperties().get("mess").convert(Map.class);
        assertThat(mess.get("sla")).isEqualTo("gold");
        assertThat(mess.get("score")).isEqualTo(1.0);
        assertThat(answer.id()).isEqualTo("chatcmpl-" + mess.get("request_id"));
    }

    @Test
    void aStreamIsOneChunk() {
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat()
                        .completions()
                        .createStreaming(
                                chat("gold", "easy 18")
                                        .streamOptions(
                                                ChatCompletionStreamOptions.builder()
                                                        .includeUsage(true)
                                                        .build())
                                        .build())) {
            List<ChatCompletionChunk> chunks = stream.stream().toList();
            assertThat(chunks).hasSize(2);
            assertThat(chunks.get(0).choices().get(0).delta().content()).contains("18");
            assertThat(chunks.get(0).choices().get(0).finishReason()).isPresent();
            assertThat(chunks.get(1).choices()).isEmpty();
            assertThat(chunks.get(1).usage().orElseThrow().completionTokens()).isEqualTo(1);
        }
    }

    @Test
    void langChain4jGetsAnAnswer() {
        OpenAiChatModel model =
                OpenAiChatModel.builder()
                        .baseUrl(door.url() + "/v1")
                        .apiKey(KEY)
                        .modelName("silver")
                        .timeout(TIMEOUT)
                        .build();
        assertThat(model.chat("easy 19")).isEqualTo("19");
    }

    @Test
    void theSlasAreTheModels() {
        assertThat(client.models().list().data())
                .extracting(Model::id)
                .containsExactly("gold", "silver");
        assertThat(client.models().retrieve("silver").ownedBy()).isEqualTo("mess");
        OpenAIClient guest = client("guest-" + KEY);
        assertThat(guest.models().list().data()).extracting(Model::id).containsExactly("silver");
        assertThatExceptionOfType(NotFoundException.class)
                .isThrownBy(() -> guest.models().retrieve("gold"));
        guest.close();
    }

    @Test
    void whatIsWrongIsAnErrorOfTheApi() throws Exception {
        assertThatExceptionOfType(NotFoundException.class)
                .isThrownBy(() -> client.chat().completions().create(chat("gpt-9", "p").build()))
                .withMessageContaining("there is no SLA \"gpt-9\"");
        assertThatExceptionOfType(BadRequestException.class)
                .isThrownBy(
                        () ->
                                client.chat()
                                        .completions()
                                        .create(chat("gold", "easy 1").n(2).build()))
                .satisfies(e -> assertThat(e.param()).contains("n"))
                .withMessageContaining("must be 1");
        assertThatExceptionOfType(BadRequestException.class)
                .isThrownBy(
                        () ->
                                client.chat()
                                        .completions()
                                        .create(
                                                chat("gold", "easy 1")
                                                        .putAdditionalBodyProperty(
                                                                "max_token", JsonValue.from(5))
                                                        .build()))
                .withMessageContaining("max_token: is unknown; did you mean max_tokens?");
        OpenAIClient stranger = client("stranger-0123456789");
        assertThatExceptionOfType(UnauthorizedException.class)
                .isThrownBy(() -> stranger.chat().completions().create(chat("gold", "p").build()));
        stranger.close();

        assertError(call("POST", "/v1/chat/completions", "{\"model\":"), 400, "body: is not JSON");
        assertError(call("POST", "/v1/chat/completions", ""), 400, "body: must be one JSON object");
        assertError(
                call("POST", "/v1/chat/completions", "{\"a\":\"" + "x".repeat(1 << 20) + "\"}"),
                413,
                "the body is too large");
        assertError(call("POST", "/v1/embeddings", "{}"), 404, "there is no /v1/embeddings");
        assertError(call("GET", "/v1/chat/completions", ""), 405, "another method is needed");
    }

    @Test
    void aTenantHasItsLimit() {
        OpenAIClient guest = client("guest-" + KEY);
        assertThatExceptionOfType(RateLimitException.class)
                .isThrownBy(
                        () ->
                                IntStream.range(0, 20)
                                        .forEach(
                                                i ->
                                                        guest.chat()
                                                                .completions()
                                                                .create(
                                                                        chat("silver", "easy " + i)
                                                                                .build())));
        guest.close();
    }

    @Test
    void feedbackIsALabel() throws Exception {
        ChatCompletion answer =
                client.chat().completions().create(chat("silver", "easy 21").build());
        HttpResponse<String> feedback =
                call(
                        "POST",
                        "/v1/feedback",
                        Json.text(
                                Map.of(
                                        "request_id",
                                        answer.id(),
                                        "sla",
                                        "silver",
                                        "model",
                                        answer.model(),
                                        "score",
                                        0.25)));
        assertThat(feedback.statusCode()).as(feedback.body()).isEqualTo(200);
        job.awaitMetric("sla.silver.shard.0.labelled", 1);
        assertError(
                call("POST", "/v1/feedback", "{\"request_id\":\"a\",\"score\":2}"),
                400,
                "score: must be between 0 and 1");
    }

    @Test
    void aCallerThatLeavesIsForgotten() throws Exception {
        cluster.models().hold();
        try (Socket socket = new Socket("127.0.0.1", URI.create(door.url()).getPort())) {
            byte[] body = Json.bytes(body("gold", "easy 22 held"));
            socket.getOutputStream()
                    .write(
                            ("POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n"
                                            .formatted(KEY, body.length))
                                    .getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().write(body);
            Patience.await().until(() -> metric("mess_door_callers_waiting"), n -> n == 1);
        }
        Patience.await().until(() -> metric("mess_door_callers_waiting"), n -> n == 0);
        assertThat(metric("mess_door_callers_left_total")).isEqualTo(1);
        cluster.models().release();
    }

    @Test
    void aCallerDoesNotWaitForEver() throws Exception {
        cluster.models().hold();
        try (Door hasty =
                Door.open(
                        TestConfig.on(cluster, "door").parse(),
                        Keys.none(Set.of("gold")),
                        DoorOptionsBuilder.builder(TestDoor.options(folder))
                                .timeout(Duration.ofMillis(300))
                                .build())) {
            HttpResponse<String> response =
                    HttpClient.newHttpClient()
                            .send(
                                    HttpRequest.newBuilder(
                                                    URI.create(
                                                            hasty.url() + "/v1/chat/completions"))
                                            .POST(
                                                    HttpRequest.BodyPublishers.ofByteArray(
                                                            Json.bytes(
                                                                    body("gold", "easy 23 held"))))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response.body()).isIn(502, 504);
        } finally {
            cluster.models().release();
        }
    }

    @Test
    void manyCallersEachGetTheirOwnAnswer() {
        List<CompletableFuture<ChatCompletion>> answers =
                IntStream.range(0, 300)
                        .mapToObj(
                                i ->
                                        client.async()
                                                .chat()
                                                .completions()
                                                .create(chat("gold", "easy " + i).build()))
                        .toList();
        for (int i = 0; i < answers.size(); i++) {
            assertThat(answers.get(i).join().choices().get(0).message().content()).contains("" + i);
        }
    }

    @Test
    void itSaysHowItIs() throws Exception {
        client.chat().completions().create(chat("gold", "easy 30").build());
        assertThat(call("GET", "/healthz", "").body()).contains("\"status\":\"ok\"");
        String page = call("GET", "/metrics", "").body();
        assertThat(page)
                .containsPattern(
                        "mess_door_calls_total\\{route=\"chat\",status=\"200\",tenant=\"team\"} \\d+")
                .contains("mess_door_chat_latency_seconds_count{sla=\"gold\"}")
                .doesNotContain(KEY);
    }

    /** A page of anywhere could call it by the browser of a user of this machine. */
    @Test
    void aDoorWithoutKeysIsForProgramsOfItsMachine() throws Exception {
        try (Door open =
                Door.open(
                        TestConfig.on(cluster, "door").parse(),
                        Keys.none(Set.of("gold")),
                        TestDoor.options(folder))) {
            URI models = URI.create(open.url() + "/v1/models");
            HttpClient http = HttpClient.newHttpClient();
            assertThat(
                            http.send(
                                            HttpRequest.newBuilder(models).build(),
                                            HttpResponse.BodyHandlers.ofString())
                                    .statusCode())
                    .isEqualTo(200);
            assertError(
                    http.send(
                            HttpRequest.newBuilder(models)
                                    .header("Origin", "https://example.com")
                                    .build(),
                            HttpResponse.BodyHandlers.ofString()),
                    403,
                    "start it with --keys");
        }
    }

    @Test
    void aDoorIsEncrypted() throws Exception {
        Path store = folder.resolve("door.p12");
        Path certificate = folder.resolve("certificate.pem");
        new KeyTool(store, "password")
                .makeKey(certificate, "-dname", "CN=localhost", "-ext", "SAN=ip:127.0.0.1");
        KeyStore keys = KeyStore.getInstance(store.toFile(), "password".toCharArray());
        byte[] key = keys.getKey("test", "password".toCharArray()).getEncoded();
        Path privateKey =
                Files.writeString(
                        folder.resolve("key.pem"),
                        "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"
                                .formatted(Base64.getMimeEncoder().encodeToString(key)));
        try (Door secure =
                Door.open(
                        TestConfig.on(cluster, "door").parse(),
                        Keys.none(Set.of("gold")),
                        DoorOptionsBuilder.builder(TestDoor.options(folder))
                                .certificate(certificate)
                                .privateKey(privateKey)
                                .build())) {
            TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(keys);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            HttpResponse<String> models =
                    HttpClient.newBuilder()
                            .sslContext(context)
                            .build()
                            .send(
                                    HttpRequest.newBuilder(URI.create(secure.url() + "/v1/models"))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString());
            assertThat(secure.url()).startsWith("https://");
            assertThat(models.body()).contains("\"id\":\"gold\"");
        }
    }

    private static double metric(String name) throws Exception {
        return call("GET", "/metrics", "")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElse(0);
    }

    private static void assertError(HttpResponse<String> response, int status, String message)
            throws IOException {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        JsonNode error = Json.MAPPER.readTree(response.body()).get("error");
        assertThat(error.get("message").asText()).contains(message);
        assertThat(error.fieldNames())
                .toIterable()
                .containsExactly("message", "type", "param", "code");
    }

    private static HttpResponse<String> call(String method, String path, String body)
            throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(door.url() + path))
                                .header("Authorization", "Bearer " + KEY)
                                .method(method, HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private static Map<String, Object> body(String sla, String prompt) {
        return Map.of("model", sla, "messages", List.of(Map.of("role", "user", "content", prompt)));
    }

    private static ChatCompletionCreateParams.Builder chat(String sla, String prompt) {
        return ChatCompletionCreateParams.builder().model(sla).addUserMessage(prompt);
    }
}
