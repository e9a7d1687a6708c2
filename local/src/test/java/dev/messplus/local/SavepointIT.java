package dev.messplus.local;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.job.MessJob;
import dev.messplus.job.config.ConfigLoader;
import dev.messplus.job.config.MessConfig;
import dev.messplus.job.config.MessConfigBuilder;
import dev.messplus.job.kafka.KafkaConnectors;
import dev.messplus.job.kafka.Topics;
import dev.messplus.job.pipeline.Pipeline;
import dev.messplus.local.embedded.EmbeddedFlink;
import dev.messplus.local.embedded.EmbeddedKafka;
import dev.messplus.local.embedded.Ports;
import dev.messplus.local.fixture.RestApi;
import dev.messplus.local.fixture.TestModels;
import dev.messplus.local.fixture.TestTopics;
import dev.messplus.record.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Savepoints of the whole job as releases wrote them, on topics as they were then, and what may
 * change between a savepoint and the job that starts from it.
 *
 * <p>Each is in a folder {@code savepoint-<release>-<delivery>} beside this class, with what was
 * known then in {@code known.json}. {@link #writeSavepoint} writes those of this release.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SavepointIT {

    /** What is written, and what configurations change after. */
    private static final String RELEASE = "0.1";

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String REQUESTS = "upgrade.requests";
    private static final String FEEDBACK = "upgrade.feedback";
    private static final String RESPONSES = "upgrade.responses";

    private static final String ZOO =
            """
            small: { url: "%1$s", model: small, energy: { source: constant, joulesPerRequest: 1 } }
            medium: { url: "%1$s", model: medium, energy: { source: constant, joulesPerRequest: 4 } }
            large: { url: "%1$s", model: large, energy: { source: constant, joulesPerRequest: 10 } }
            """;
    private static final String GOLD =
            "gold: { alpha: 0.7, explorationRate: 0.5, repeatWindowMillis: 604800000 }\n";
    private static final String SILVER =
            "silver: { alpha: 0.6, explorationRate: 0.5, shards: 2 }\n";
    private static final String SLAS = GOLD + SILVER;

    /** Requests of each SLA that were answered when the savepoint was taken. */
    private static final int BEFORE = 60;

    /** Longer than a configuration may have it, so that savepoints can grow old. */
    private static final long FEEDBACK_TIMEOUT_MILLIS = Duration.ofDays(50 * 365).toMillis();

    /** Requests of gold that were with the model servers. */
    private static final int UNDER_WAY = 4;

    @TempDir static Path folder;

    private static EmbeddedFlink flink;
    private static RestApi rest;
    private static TestModels models;

    private EmbeddedKafka kafka;
    private TestTopics topics;
    private JobID job;

    @BeforeAll
    static void startFlink() throws Exception {
        flink =
                EmbeddedFlink.start(
                        folder.resolve("flink"), folder.resolve("log"), Ports.free(), 4);
        rest = new RestApi(flink.url());
        models = new TestModels();
    }

    @AfterAll
    static void stopFlink() throws Exception {
        models.close();
        flink.close();
    }

    /** A broker of its own: a savepoint knows topics by name and offset. */
    @BeforeEach
    void startKafka() throws Exception {
        kafka = EmbeddedKafka.start(Files.createTempDirectory(folder, "kafka"), 0);
        new Topics(config("at_least_once", ZOO, SLAS).kafka()).ensure();
        topics = new TestTopics(kafka.bootstrap(), RESPONSES, REQUESTS, FEEDBACK);
    }

    @AfterEach
    void stopKafka() throws Exception {
        models.release();
        if (job != null) {
            flink.cancel(job);
        }
        topics.close();
        kafka.close();
    }

    /**
     * What was known when a savepoint was taken.
     *
     * @param requests offset to read requests from
     * @param feedback offset to read feedback from
     * @param waiting answers that nobody rated
     * @param metrics of the routing
     */
    record Known(long requests, long feedback, List<Waiting> waiting, Map<String, Double> metrics) {

        /** An answer without a label. */
        record Waiting(String id, String sla, String model) {

            static Waiting of(JsonNode response) {
                return new Waiting(
                        response.get("id").asText(),
                        response.get("sla").asText(),
                        response.get("model").asText());
            }

            /** What somebody says of it who found it right. */
            String label() {
                return """
                       {"request_id":"%s","sla":"%s","model":"%s","score":1,"source":"user"}"""
                        .formatted(id, sla, model);
            }
        }

        double metric(String name) {
            return metrics.get(name);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0.1, at_least_once, at_least_once, 1",
        "0.1, at_least_once, exactly_once, 4",
        "0.1, exactly_once, exactly_once, 2",
        "0.1, exactly_once, at_least_once, 3"
    })
    void aSavepointOfAReleaseGoesOnAtAnyParallelism(
            String release, String delivery, String laterDelivery, int parallelism)
            throws Exception {
        Known known = restore(release, delivery, config(laterDelivery, ZOO, SLAS), parallelism);

        awaitMetrics(known.metrics());
        known.waiting()
                .subList(0, 10)
                .forEach(answer -> topics.send(FEEDBACK, answer.sla(), answer.label()));
        List<JsonNode> responses = answer(10, "gold", "silver");
        assertThat(of("gold", responses))
                .extracting(response -> response.get("t").asInt())
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(BEFORE + 1, BEFORE + UNDER_WAY + 10)
                                .boxed()
                                .toList());
        double labelled = sum("labelled", known.metrics()) + 10 + responses.size();
        await().atMost(PATIENCE).until(() -> sum("labelled", metrics()) == labelled);
    }

    @Test
    void modelsComeAndGoAndChangeTheirPriceAndNothingElseIsForgotten() throws Exception {
        String zoo =
                """
                small: { url: "%1$s", model: small,
                         energy: { source: constant, joulesPerRequest: 1 } }
                large: { url: "%1$s", model: large,
                         energy: { source: constant, joulesPerRequest: 3 } }
                huge: { url: "%1$s", model: large,
                        energy: { source: constant, joulesPerRequest: 20 } }
                """;
        Known known = restore(RELEASE, "at_least_once", config("at_least_once", zoo, SLAS), 2);

        Map<String, Double> kept = new TreeMap<>(known.metrics());
        kept.keySet().removeIf(name -> name.contains("model.medium."));
        awaitMetrics(kept);
        assertThat(metrics().keySet()).noneMatch(name -> name.contains("model.medium."));
        assertThat(metrics()).containsEntry("sla.gold.model.huge.labels", 0.0);
        assertThat(known.metric("sla.gold.model.large.joulesPerRequest")).isEqualTo(10);

        assertThat(answer(200, "gold"))
                .extracting(response -> response.get("status").asText())
                .containsOnly("ok");
        await().atMost(PATIENCE)
                .until(
                        () ->
                                metric("sla.gold.labelled")
                                        == known.metric("sla.gold.labelled") + UNDER_WAY + 200);

        assertThat(metric("sla.gold.model.huge.labels")).isPositive();
        assertThat(metric("sla.gold.model.huge.joulesPerRequest")).isEqualTo(20, within(1e-9));
        assertThat(metric("sla.gold.model.large.joulesPerRequest")).isBetween(3.0, 4.0);
        assertThat(metric("sla.gold.model.small.labels"))
                .isGreaterThan(known.metric("sla.gold.model.small.labels"));
    }

    @Test
    void promisesChangeAndShardsSplitAndWhatIsKnownStays() throws Exception {
        String slas =
                """
                gold: { alpha: 0.95, V: 0.0001, explorationRate: 0.5 }
                silver: { alpha: 0.6, shards: 4 }
                bronze: { alpha: 0.4 }
                """;
        Known known = restore(RELEASE, "at_least_once", config("at_least_once", ZOO, slas), 2);

        Map<String, Double> kept = new TreeMap<>();
        known.metrics()
                .forEach(
                        (name, value) ->
                                kept.put(
                                        name.replace("silver.shard.1.", "silver.shard.2."), value));
        for (String changed : List.of(".alpha", ".drift", ".deficit", ".v")) {
            kept.remove("sla.gold" + changed);
        }
        awaitMetrics(kept);
        assertThat(metric("sla.gold.alpha")).isEqualTo(0.95);
        assertThat(metric("sla.gold.v")).isEqualTo(0.0001);

        List<JsonNode> responses = answer(100, "gold", "silver", "bronze");

        // With all that is known of them, hard prompts go to the large model at once.
        assertThat(of("gold", responses))
                .filteredOn(response -> response.get("t").asInt() > BEFORE + UNDER_WAY)
                .filteredOn(SavepointIT::isHard)
                .extracting(response -> response.get("model").asText())
                .containsOnly("large");
        assertThat(of("bronze", responses))
                .extracting(response -> response.get("t").asInt())
                .contains(1, 100);
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> {
                            for (int shard = 0; shard < 4; shard++) {
                                String name = "sla.silver.shard." + shard;
                                assertThat(metrics().get(name + ".requests")).isPositive();
                                assertThat(metrics().get(name + ".model.large.labels"))
                                        .isPositive();
                            }
                        });
    }

    /** {@code -Dmess.savepoints=FOLDER} writes the savepoints of this release there. */
    @ParameterizedTest
    @ValueSource(strings = {"at_least_once", "exactly_once"})
    @EnabledIfSystemProperty(named = "mess.savepoints", matches = ".+")
    void writeSavepoint(String delivery) throws Exception {
        start(config(delivery, ZOO, SLAS), 2, null);
        for (String sla : List.of("gold", "silver")) {
            for (int i = 0; i < BEFORE; i++) {
                topics.send(REQUESTS, sla, i % 3 == 0 ? unrated(sla, i) : rated(sla, i));
            }
        }
        List<Known.Waiting> waiting =
                awaitResponses(2 * BEFORE).stream()
                        .filter(response -> !response.has("score"))
                        .map(Known.Waiting::of)
                        .toList();
        await().atMost(PATIENCE)
                .until(() -> sum("labelled", metrics()) == 2 * BEFORE - waiting.size());
        models.hold();
        for (int i = BEFORE; i < BEFORE + UNDER_WAY; i++) {
            topics.send(REQUESTS, "gold", rated("gold", i, "held"));
        }
        await().atMost(PATIENCE).until(() -> models.held() >= UNDER_WAY);
        awaitQuiet();
        Map<String, Double> metrics = metrics();
        Path to = Path.of(System.getProperty("mess.savepoints"), folderOf(RELEASE, delivery));
        Files.createDirectories(to);
        Path savepoint = Path.of(URI.create(flink.stop(job)));
        job = null;
        models.release();
        try (Stream<Path> files = Files.list(savepoint)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()), REPLACE_EXISTING);
            }
        }
        Known known = new Known(topics.count(REQUESTS), topics.count(FEEDBACK), waiting, metrics);
        Json.MAPPER
                .writerWithDefaultPrettyPrinter()
                .writeValue(to.resolve("known.json").toFile(), known);
    }

    /** Waits until all that was measured has been told. */
    private void awaitQuiet() {
        Map<String, Double> before = new TreeMap<>();
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(3))
                .until(
                        () -> {
                            Map<String, Double> now = metrics();
                            boolean quiet = now.equals(before);
                            before.clear();
                            before.putAll(now);
                            return quiet;
                        });
    }

    /** Starts the job from a savepoint of a release, where topics end as they did then. */
    private Known restore(String release, String delivery, MessConfig config, int parallelism)
            throws Exception {
        Path savepoint =
                Path.of(SavepointIT.class.getResource(folderOf(release, delivery)).toURI());
        Known known = Json.MAPPER.readValue(savepoint.resolve("known.json").toFile(), Known.class);
        for (long i = 0; i < known.requests(); i++) {
            topics.send(REQUESTS, "gold", "{}");
        }
        for (long i = 0; i < known.feedback(); i++) {
            topics.send(FEEDBACK, "gold", "{}");
        }
        topics.flush();
        models.hold();
        start(config, parallelism, savepoint.toUri().toString());
        return known;
    }

    private void start(MessConfig config, int parallelism, String savepoint) throws Exception {
        StreamExecutionEnvironment env = flink.environment(savepoint);
        env.setParallelism(parallelism);
        MessJob.configure(env, config);
        Pipeline.define(env, config, KafkaConnectors.unbounded(config));
        job = flink.submit(env, "upgrade");
    }

    private static String folderOf(String release, String delivery) {
        return "savepoint-" + release + "-" + delivery;
    }

    private MessConfig config(String delivery, String zoo, String slas) {
        MessConfig config = parse(delivery, zoo, slas);
        return MessConfigBuilder.builder(config)
                .feedbackTimeoutMillis(FEEDBACK_TIMEOUT_MILLIS)
                .build();
    }

    private MessConfig parse(String delivery, String zoo, String slas) {
        return new ConfigLoader(Map.of())
                .parse(
                        "upgrade",
                        """
                        kafka:
                          bootstrap: "%s"
                          groupId: upgrade
                          createTopics: true
                          topics: { requests: %s, feedback: %s, responses: %s,
                                    deadLetters: upgrade.dead-letters }
                        zoo:
                        %s
                        slas:
                        %s
                        embedding: { model: hashing }
                        inference: { requestTimeoutMillis: 600000 }
                        checkpointIntervalMillis: 1000
                        delivery: %s
                        """
                                .formatted(
                                        kafka.bootstrap(),
                                        REQUESTS,
                                        FEEDBACK,
                                        RESPONSES,
                                        zoo.formatted(models.url()).indent(2),
                                        slas.indent(2),
                                        delivery));
    }

    /** Has the requests that were under way answered, and as many more of the SLAs. */
    private List<JsonNode> answer(int count, String... slas) {
        models.release();
        int from = BEFORE + UNDER_WAY;
        for (String sla : slas) {
            for (int i = from; i < from + count; i++) {
                topics.send(REQUESTS, sla, rated(sla, i));
            }
        }
        return awaitResponses(UNDER_WAY + slas.length * count);
    }

    private static String rated(String sla, int i) {
        return rated(sla, i, "");
    }

    private static String rated(String sla, int i, String how) {
        return """
               {"id":"%1$s-%2$d","sla":"%1$s","prompt":"%3$s %2$d %4$s","reference":"%2$d",
                "metric":"exact"}"""
                .formatted(sla, i, isHard(i) ? "hard" : "easy", how);
    }

    private static String unrated(String sla, int i) {
        return """
               {"id":"%1$s-%2$d","sla":"%1$s","prompt":"%3$s %2$d"}"""
                .formatted(sla, i, isHard(i) ? "hard" : "easy");
    }

    private static boolean isHard(int i) {
        return i % 2 == 1;
    }

    private static boolean isHard(JsonNode response) {
        String id = response.get("id").asText();
        return isHard(Integer.parseInt(id.substring(id.indexOf('-') + 1)));
    }

    private static List<JsonNode> of(String sla, List<JsonNode> responses) {
        return responses.stream()
                .filter(response -> response.get("sla").asText().equals(sla))
                .toList();
    }

    private List<JsonNode> awaitResponses(int count) {
        return await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> topics.poll(RESPONSES), records -> records.size() >= count);
    }

    private Map<String, Double> metrics() throws IOException, InterruptedException {
        return rest.metrics(job, "route", "sla");
    }

    private double metric(String name) throws IOException, InterruptedException {
        return metrics().getOrDefault(name, Double.NaN);
    }

    private static double sum(String name, Map<String, Double> metrics) {
        return metrics.entrySet().stream()
                .filter(metric -> metric.getKey().endsWith("." + name))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }

    private void awaitMetrics(Map<String, Double> expected) {
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> {
                            Map<String, Double> found = metrics();
                            found.keySet().retainAll(expected.keySet());
                            assertThat(found).isEqualTo(expected);
                        });
    }
}
