package dev.messplus.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.core.JsonValue;
import com.openai.core.MultipartField;
import com.openai.core.http.HttpResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.RateLimitException;
import com.openai.models.batches.Batch;
import com.openai.models.batches.BatchCreateParams;
import com.openai.models.batches.BatchListParams;
import com.openai.models.batches.BatchRequestCounts;
import com.openai.models.files.FileCreateParams;
import com.openai.models.files.FileObject;
import com.openai.models.files.FilePurpose;
import dev.messplus.batch.kafka.JobTopics;
import dev.messplus.job.config.MessConfig;
import dev.messplus.job.fixture.TestConfig;
import dev.messplus.job.fixture.TestJob;
import dev.messplus.job.fixture.TestSla;
import dev.messplus.job.kafka.admin.Topics;
import dev.messplus.record.Json;
import dev.messplus.serve.access.Keys;
import dev.messplus.serve.kafka.TopicWriter;
import dev.messplus.serve.store.Store;
import dev.messplus.testkit.OpenTransaction;
import dev.messplus.testkit.Patience;
import dev.messplus.testkit.SharedCluster;
import dev.messplus.testkit.TestCluster;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Batches of the official SDK, before a door and the job. */
@ExtendWith(SharedCluster.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DoorBatchesIT {

    private static final String KEY = "0123456789abcdef";
    private static final String GUEST = "guest-" + KEY;

    /** What is wrong with lines, and what is said of it. */
    private static final Map<String, String> MALFORMED =
            Map.of(
                    "{\"custom_id\":\"a\",",
                    "is not JSON",
                    "[]",
                    "must be one JSON object",
                    "{\"method\":\"POST\"}",
                    "custom_id: is missing",
                    line("a", "gold", "easy 1").replace("POST", "GET"),
                    "method: must be",
                    line("a", "gold", "easy 1").replace("/v1/chat", "/v1"),
                    "url: must be",
                    line("a", "lead", "easy 1"),
                    "body.model: unknown 'lead'",
                    line("a", "gold", ""),
                    "body.messages: must contain text",
                    line("a", "gold", "easy 1").replace("\"model\"", "\"n\":2,\"model\""),
                    "body.n: must be 1",
                    line("a".repeat(201), "gold", "easy 1"),
                    "custom_id: must be a string of 1 to",
                    line("a", "gold", "easy 1").replace("\"body\"", "\"bode\""),
                    "bode: is not a field");

    @TempDir static Path folder;

    private static TestCluster cluster;
    private static TestJob job;
    private static MessConfig config;
    private static Keys keys;
    private static Door door;
    private static OpenAIClient client;

    @BeforeAll
    static void start(TestCluster shared) throws Exception {
        cluster = shared;
        TestConfig settings =
                TestConfig.on(cluster, "door-batches")
                        .sla("gold", TestSla.promising(0.7))
                        .sla("silver", TestSla.promising(0.5));
        job = TestJob.on(cluster, settings).start();
        config = settings.parse();
        Topics.ofDoors(config.kafka()).ensure();
        Path file =
                Files.writeString(
                        folder.resolve("keys.yaml"),
                        """
                        tenants:
                          team: { keys: ["${env:KEY}"] }
                          guest: { keys: ["${env:GUEST}"], slas: [silver], openBatches: 1, fileBytes: 2000,
                                   storedBytes: 1000000 }
                        """);
        keys = Keys.read(file, config.slas().keySet(), Map.of("KEY", KEY, "GUEST", GUEST));
        door = open();
        client = TestDoor.client(door, KEY);
    }

    private static Door open() throws IOException {
        return Door.open(config, keys, TestDoor.options(folder));
    }

    @AfterAll
    static void stop() throws Exception {
        client.close();
        door.close();
        job.close();
    }

    @Test
    void everyLineIsAccountedFor() throws Exception {
        List<String> lines = new ArrayList<>(easyLines(300));
        int at = 7;
        for (String malformed : MALFORMED.keySet()) {
            lines.add(at, malformed);
            at += 30;
        }
        FileObject input = upload(client, "prompts.jsonl", lines);
        assertThat(input.filename()).isEqualTo("prompts.jsonl");
        assertThat(input.bytes()).isEqualTo(text(lines).length);

        Batch ordered =
                client.batches()
                        .create(
                                order(input)
                                        .metadata(
                                                BatchCreateParams.Metadata.builder()
                                                        .putAdditionalProperty(
                                                                "night", JsonValue.from("1"))
                                                        .build())
                                        .build());
        assertThat(ordered.status()).isEqualTo(Batch.Status.VALIDATING);
        ordered.validate();

        Batch batch = await(client, ordered, Batch.Status.COMPLETED);
        batch.validate();
        assertThat(counts(batch)).containsExactly(310, 300, 10);
        assertThat(batch.metadata().orElseThrow()._additionalProperties())
                .containsEntry("night", JsonValue.from("1"));
        assertThat(batch.completedAt()).isPresent();
        assertThat(batch.expiresAt().orElseThrow() - batch.createdAt()).isEqualTo(24 * 3600);
        assertThat(batch._additionalProperties().get("mess").convert(Map.class))
                .containsKey("energy_joules");

        List<JsonNode> results = content(client, batch.outputFileId().orElseThrow());
        assertThat(results)
                .hasSize(300)
                .allSatisfy(
                        result ->
                                assertThat(
                                                result.at(
                                                                "/response/body/choices/0/message/content")
                                                        .asText())
                                        .isEqualTo(result.get("custom_id").asText().substring(1)));
        assertThat(results.stream().map(result -> result.get("custom_id").asText()).distinct())
                .hasSize(300);
        List<JsonNode> errors = content(client, batch.errorFileId().orElseThrow());
        assertThat(errors).hasSize(10);
        assertThat(MALFORMED.values())
                .allSatisfy(
                        reason ->
                                assertThat(errors)
                                        .anySatisfy(
                                                error ->
                                                        assertThat(
                                                                        error.at("/error/message")
                                                                                .asText())
                                                                .contains(reason)));
        FileObject output = client.files().retrieve(batch.outputFileId().orElseThrow());
        assertThat(output.purpose()).isEqualTo(FileObject.Purpose.BATCH_OUTPUT);
        assertThat(output.filename()).isEqualTo(batch.id() + "_output.jsonl");
    }

    /** Of two doors, one is closed while it runs batches. */
    @Test
    void anotherDoorGoesOn() throws Exception {
        Door second = open();
        OpenAIClient other = TestDoor.client(second, KEY);
        List<Batch> batches = new ArrayList<>();
        try {
            FileObject input = upload(client, "held.jsonl", heldLines(40));
            cluster.models().hold();
            Patience.await()
                    .until(
                            () -> {
                                // Each is the second door's in one of two cases.
                                if (batches.size() < 30) {
                                    batches.add(client.batches().create(order(input).build()));
                                }
                                return metric(second, "mess_door_batches_running");
                            },
                            running -> running > 0);
            Patience.await().until(() -> cluster.models().held(), held -> held > 0);
            assertThat(other.batches().retrieve(batches.get(0).id()).id())
                    .isEqualTo(batches.get(0).id());
        } finally {
            other.close();
            second.close();
        }
        cluster.models().release();
        for (Batch ordered : batches) {
            assertWhole(ordered, 40);
        }
    }

    /** Another door took this one for absent, had all partitions, and is gone again. */
    @Test
    void aDoorThatIsFencedTakesPartAgain() throws Exception {
        FileObject input = upload(client, "held.jsonl", heldLines(200));
        cluster.models().hold();
        Batch ordered = client.batches().create(order(input).build());
        Patience.await().until(() -> cluster.models().held(), held -> held > 0);
        JobTopics topics = new JobTopics(config.kafka());
        try (TopicWriter writer = new TopicWriter(topics);
                Store another = new Store(topics, writer)) {
            another.load();
            int partition = another.batch(ordered.id()).orElseThrow().partition();
            another.writer(topics, partition).close();
        }
        cluster.models().release();

        assertWhole(ordered, 200);
    }

    @Test
    void aBatchThatIsCancelledKeepsItsAnswers() throws Exception {
        FileObject input = upload(client, "held.jsonl", heldLines(400));
        cluster.models().hold();
        Batch ordered = client.batches().create(order(input).build());
        Patience.await().until(() -> cluster.models().held(), held -> held > 0);
        assertThatExceptionOfType(OpenAIServiceException.class)
                .isThrownBy(() -> client.files().delete(input.id()))
                .satisfies(e -> assertThat(e.statusCode()).isEqualTo(409));
        assertThat(client.batches().cancel(ordered.id()).status())
                .isEqualTo(Batch.Status.CANCELLING);
        cluster.models().release();

        Batch batch = await(client, ordered, Batch.Status.CANCELLED);
        assertThat(batch.cancellingAt()).isPresent();
        assertThat(batch.cancelledAt()).isPresent();
        List<JsonNode> results = content(client, batch.outputFileId().orElseThrow());
        List<JsonNode> errors = content(client, batch.errorFileId().orElseThrow());
        assertThat(results).isNotEmpty();
        assertThat(errors)
                .hasSize(400 - results.size())
                .allSatisfy(
                        error ->
                                assertThat(error.at("/error/code").asText())
                                        .isEqualTo("batch_cancelled"));
        assertThat(Stream.concat(results.stream(), errors.stream()).map(l -> l.get("custom_id")))
                .doesNotHaveDuplicates();
        assertThatExceptionOfType(OpenAIServiceException.class)
                .isThrownBy(() -> client.batches().cancel(ordered.id()))
                .withMessageContaining("a batch that is cancelled cannot be cancelled");
        assertThat(client.files().delete(input.id()).deleted()).isTrue();
        assertThatExceptionOfType(NotFoundException.class)
                .isThrownBy(() -> client.files().retrieve(input.id()));
    }

    @Test
    void aTenantHasItsOwnFilesAndLimits() throws Exception {
        OpenAIClient guest = TestDoor.client(door, GUEST);
        FileObject input =
                upload(
                        guest,
                        "a.jsonl",
                        List.of(line("a", "silver", "easy 1 held"), line("b", "gold", "easy 2")));
        assertThatExceptionOfType(NotFoundException.class)
                .isThrownBy(() -> client.files().retrieve(input.id()));
        assertThatExceptionOfType(NotFoundException.class)
                .isThrownBy(() -> client.batches().create(order(input).build()));
        assertThatExceptionOfType(OpenAIServiceException.class)
                .isThrownBy(() -> upload(guest, "b.jsonl", easyLines(100)))
                .withMessageContaining("file: must have at most 2000 bytes (fileBytes)");

        cluster.models().hold();
        // At once, so that none of them finds another on the topic.
        List<CompletableFuture<Batch>> orders =
                Stream.generate(() -> guest.async().batches().create(order(input).build()))
                        .limit(5)
                        .toList();
        List<Batch> accepted = new ArrayList<>();
        for (CompletableFuture<Batch> each : orders) {
            try {
                accepted.add(each.get());
            } catch (ExecutionException e) {
                assertThat(e)
                        .hasCauseInstanceOf(RateLimitException.class)
                        .hasMessageContaining("openBatches");
            }
        }
        assertThat(accepted).hasSize(1);
        Batch ordered = accepted.get(0);
        cluster.models().release();
        Batch batch = await(guest, ordered, Batch.Status.COMPLETED);
        assertThat(counts(batch)).containsExactly(2, 1, 1);
        assertThat(
                        content(guest, batch.errorFileId().orElseThrow())
                                .get(0)
                                .at("/error/message")
                                .asText())
                .contains("body.model: unknown 'gold'; known are silver");
        assertThat(client.batches().list().data()).extracting(Batch::id).doesNotContain(batch.id());

        assertThatExceptionOfType(RateLimitException.class)
                .isThrownBy(
                        () -> {
                            for (int i = 0; i < 10; i++) {
                                upload(guest, "c.jsonl", easyLines(5));
                            }
                        })
                .withMessageContaining("storedBytes");
        guest.close();
    }

    @Test
    void whatIsWrongIsNamed() throws Exception {
        FileObject empty = upload(client, "empty.jsonl", List.of());
        Batch failed =
                await(client, client.batches().create(order(empty).build()), Batch.Status.FAILED);
        assertThat(
                        failed.errors()
                                .orElseThrow()
                                .data()
                                .orElseThrow()
                                .get(0)
                                .message()
                                .orElseThrow())
                .contains("the file has no lines");

        assertThatExceptionOfType(NotFoundException.class)
                .isThrownBy(() -> client.batches().retrieve("batch_none"));
        assertThatExceptionOfType(BadRequestException.class)
                .isThrownBy(
                        () ->
                                client.batches()
                                        .create(
                                                order(empty)
                                                        .completionWindow(
                                                                BatchCreateParams.CompletionWindow
                                                                        .of("30d"))
                                                        .build()))
                .withMessageContaining(
                        "completion_window: must be minutes, hours or days up to 7d");
        assertThatExceptionOfType(BadRequestException.class)
                .isThrownBy(
                        () ->
                                client.batches()
                                        .create(
                                                order(empty)
                                                        .endpoint(
                                                                BatchCreateParams.Endpoint
                                                                        .V1_EMBEDDINGS)
                                                        .build()))
                .withMessageContaining("endpoint: must be /v1/chat/completions");
        assertThatExceptionOfType(BadRequestException.class)
                .isThrownBy(
                        () ->
                                client.files()
                                        .create(
                                                FileCreateParams.builder()
                                                        .purpose(FilePurpose.FINE_TUNE)
                                                        .file("x".getBytes(StandardCharsets.UTF_8))
                                                        .build()))
                .withMessageContaining("purpose: must be batch, was fine-tune");
        assertThatExceptionOfType(BadRequestException.class)
                .isThrownBy(
                        () ->
                                client.files()
                                        .create(
                                                FileCreateParams.builder()
                                                        .purpose(FilePurpose.BATCH)
                                                        .file(text(easyLines(1_000)))
                                                        .build()))
                .withMessageContaining("a filename");
    }

    @Test
    void listsHavePages() throws Exception {
        FileObject input = upload(client, "few.jsonl", easyLines(1));
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ids.add(client.batches().create(order(input).build()).id());
        }
        assertThat(
                        client
                                .batches()
                                .list(BatchListParams.builder().limit(2).build())
                                .autoPager()
                                .stream()
                                .map(Batch::id))
                .containsAll(ids)
                .doesNotHaveDuplicates();
        assertThat(client.files().list().autoPager().stream().map(FileObject::id))
                .contains(input.id());
    }

    /** Larger than what is in memory at a time. */
    @Test
    void aLargeFileComesBackAsItWas() throws Exception {
        List<String> lines = easyLines(60_000);
        FileObject file = upload(client, "large.jsonl", lines);
        assertThat(file.bytes()).isEqualTo(text(lines).length).isGreaterThan(5 << 20);
        try (HttpResponse response = client.files().content(file.id())) {
            assertThat(response.body().readAllBytes()).isEqualTo(text(lines));
        }
    }

    /** Records of others that are not committed yet hide those behind them from readers. */
    @Test
    void whatIsOrderedBehindAnOpenTransactionIsWaitedFor() throws Exception {
        FileObject input = upload(client, "few.jsonl", easyLines(1));
        CompletableFuture<Batch> ordered;
        try (OpenTransaction transaction =
                OpenTransaction.on(cluster.bootstrap(), config.kafka().topics().batches())) {
            ordered = client.async().batches().create(order(input).build());
            assertThatExceptionOfType(TimeoutException.class)
                    .isThrownBy(() -> ordered.get(2, TimeUnit.SECONDS));
        }
        await(client, ordered.join(), Batch.Status.COMPLETED);
    }

    @Test
    void anUploadThatBreaksOffIsRefused() throws Exception {
        String body =
                "--b\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n"
                        + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n"
                        + "x".repeat(1 << 20);
        java.net.http.HttpResponse<String> answer =
                HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(URI.create(door.url() + "/v1/files"))
                                        .header("Authorization", "Bearer " + KEY)
                                        .header("Content-Type", "multipart/form-data; boundary=b")
                                        .POST(HttpRequest.BodyPublishers.ofString(body))
                                        .timeout(Duration.ofSeconds(30))
                                        .build(),
                                BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("must be multipart/form-data");
    }

    /** Each line is answered, and is in the results once. */
    private static void assertWhole(Batch ordered, int lines) throws IOException {
        Batch batch = await(client, ordered, Batch.Status.COMPLETED);
        assertThat(counts(batch)).containsExactly(lines, lines, 0);
        assertThat(
                        content(client, batch.outputFileId().orElseThrow()).stream()
                                .map(result -> result.get("custom_id").asText())
                                .distinct())
                .hasSize(lines);
        assertThat(batch.errorFileId()).isEmpty();
    }

    private static FileObject upload(OpenAIClient client, String name, List<String> lines) {
        return client.files()
                .create(
                        FileCreateParams.builder()
                                .purpose(FilePurpose.BATCH)
                                .file(
                                        MultipartField.<InputStream>builder()
                                                .value(new ByteArrayInputStream(text(lines)))
                                                .filename(name)
                                                .build())
                                .build());
    }

    private static BatchCreateParams.Builder order(FileObject input) {
        return BatchCreateParams.builder()
                .inputFileId(input.id())
                .endpoint(BatchCreateParams.Endpoint.V1_CHAT_COMPLETIONS)
                .completionWindow(BatchCreateParams.CompletionWindow._24H);
    }

    private static Batch await(OpenAIClient client, Batch batch, Batch.Status status) {
        return Patience.await()
                .until(
                        () -> client.batches().retrieve(batch.id()),
                        now -> now.status().equals(status));
    }

    private static List<Integer> counts(Batch batch) {
        BatchRequestCounts counts = batch.requestCounts().orElseThrow();
        return Stream.of(counts.total(), counts.completed(), counts.failed())
                .map(Math::toIntExact)
                .toList();
    }

    private static List<JsonNode> content(OpenAIClient client, String file) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        try (HttpResponse response = client.files().content(file);
                BufferedReader reader =
                        new BufferedReader(
                                new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(Json.MAPPER.readTree(line));
            }
        }
        return lines;
    }

    private static double metric(Door door, String name) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(door.url() + "/metrics")).build(),
                        BodyHandlers.ofLines())
                .body()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElse(0);
    }

    private static List<String> easyLines(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> line("r" + i, "gold", "easy " + i))
                .toList();
    }

    private static List<String> heldLines(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> line("r" + i, "gold", "easy " + i + " held"))
                .toList();
    }

    private static String line(String id, String sla, String prompt) {
        return "{\"custom_id\":\"%s\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}}"
                .formatted(id, sla, prompt);
    }

    private static byte[] text(List<String> lines) {
        return lines.stream()
                .map(line -> line + "\n")
                .reduce(new StringBuilder(), StringBuilder::append, StringBuilder::append)
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }
}
