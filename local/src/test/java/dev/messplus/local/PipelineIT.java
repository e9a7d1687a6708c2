package dev.messplus.local;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.job.MessJob;
import dev.messplus.job.config.ConfigException;
import dev.messplus.job.config.ConfigLoader;
import dev.messplus.job.config.MessConfig;
import dev.messplus.job.kafka.KafkaConnectors;
import dev.messplus.job.kafka.Topics;
import dev.messplus.job.pipeline.Pipeline;
import dev.messplus.local.embedded.EmbeddedFlink;
import dev.messplus.local.embedded.EmbeddedKafka;
import dev.messplus.local.embedded.Ports;
import dev.messplus.local.fixture.RestApi;
import dev.messplus.local.fixture.TestDevice;
import dev.messplus.local.fixture.TestModels;
import dev.messplus.local.fixture.TestTopics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pipeline on a real broker and a real cluster, seen from outside. */
class PipelineIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir static Path folder;

    private static EmbeddedKafka kafka;
    private static EmbeddedFlink flink;
    private static RestApi rest;
    private static TestModels models;

    @BeforeAll
    static void start() throws Exception {
        kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
        flink =
                EmbeddedFlink.start(
                        folder.resolve("flink"), folder.resolve("log"), Ports.free(), 2);
        rest = new RestApi(flink.url());
        models = new TestModels();
    }

    @AfterAll
    static void stop() throws Exception {
        models.close();
        flink.close();
        kafka.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"at_least_once", "exactly_once"})
    void aBoundedRunAnswersWhatIsOnTheTopicLearnsAndFinishes(String delivery) throws Exception {
        MessConfig config =
                config("bounded." + delivery, "gold: { alpha: 0.7 }", "delivery: " + delivery);
        new Topics(config.kafka()).ensure();
        try (TestTopics topics = topics(config)) {
            IntStream.range(0, 400).forEach(i -> topics.send(requests(config), "gold", scored(i)));
            topics.flush();

            flink.await(start(config, true, null), PATIENCE);

            List<JsonNode> responses = awaitAll(topics, responses(config), 400);
            assertThat(ids(responses)).hasSize(400);
            assertThat(responses).extracting(r -> r.get("status").asText()).containsOnly("ok");
            assertThat(score(responses)).isGreaterThan(0.68);
            // Half of the prompts are easy; most of those go to the small model once it is known.
            // Alpha takes the large one for a fifth of all, less what the first half is ahead by.
            List<JsonNode> late = late(responses, 200);
            assertThat(share(late, "large")).isBetween(0.05, 0.6);
            assertThat(late)
                    .filteredOn(r -> r.get("model").asText().equals("small"))
                    .extracting(r -> r.get("score").asDouble())
                    .contains(1.0);
        }
    }

    @Test
    void aBoundedRunWithNothingToDoFinishes() throws Exception {
        MessConfig config = config("empty", "gold: { alpha: 0.7 }", "");
        new Topics(config.kafka()).ensure();
        flink.await(start(config, true, null), PATIENCE);
    }

    @Test
    void aBoundedRunWaitsForLabelsUntilTheyExpire() throws Exception {
        MessConfig config =
                config("unlabelled", "gold: { alpha: 0.7 }", "feedbackTimeoutMillis: 5001");
        new Topics(config.kafka()).ensure();
        try (TestTopics topics = topics(config)) {
            IntStream.range(0, 20)
                    .forEach(i -> topics.send(requests(config), "gold", unscored("r" + i, i)));
            topics.flush();
            // With a second reader, which has nothing to read, it would wait for half a minute.
            flink.await(start(config, true, null, 1), PATIENCE);
            assertThat(awaitAll(topics, responses(config), 20))
                    .allSatisfy(response -> assertThat(response.has("score")).isFalse());
        }
    }

    @Test
    void goodRecordsAreAnsweredAndBrokenOnesBecomeDeadLetters() throws Exception {
        MessConfig config = config("broken", "gold: { alpha: 0.7 }", "");
        new Topics(config.kafka()).ensure();
        JobID job = start(config, false, null);
        try (TestTopics topics = topics(config)) {
            Map<String, Long> expected = new HashMap<>();
            int good = 0;
            for (int i = 0; i < 1000; i++) {
                if (i % 10 == 3) {
                    Broken broken = Broken.all().get(i / 10 % Broken.all().size());
                    String topic =
                            broken.feedback()
                                    ? config.kafka().topics().feedback()
                                    : requests(config);
                    topics.send(topic, "gold", broken.value());
                    expected.merge(broken.reason(), 1L, Long::sum);
                } else {
                    topics.send(requests(config), "gold", scored(i));
                    good++;
                }
            }
            topics.flush();

            List<JsonNode> responses = awaitAll(topics, responses(config), good);
            List<JsonNode> letters = awaitAll(topics, deadLetters(config), 100);

            assertThat(ids(responses)).hasSize(good);
            assertThat(
                            letters.stream()
                                    .collect(groupingBy(l -> l.get("reason").asText(), counting())))
                    .isEqualTo(expected);
            assertThat(letters)
                    .allSatisfy(
                            letter -> {
                                byte[] payload =
                                        Base64.getDecoder()
                                                .decode(letter.get("payload_base64").asText());
                                Broken broken = Broken.of(payload);
                                assertThat(letter.get("detail").asText()).contains(broken.names());
                                assertThat(letter.get("offset").isNumber()).isTrue();
                            });
            assertThat(flink.status(job)).isEqualTo(JobStatus.RUNNING);
        } finally {
            flink.cancel(job);
        }
    }

    /** The broker may take more than the job; consumers read it whatever its size. */
    @Test
    void ofARecordThatIsFarTooLargeTheBeginningBecomesADeadLetter() throws Exception {
        MessConfig config = config("huge", "gold: { alpha: 0.7 }", "");
        String takesMore = String.valueOf(8 << 20);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrap()))) {
            admin.createTopics(
                            List.of(
                                    new NewTopic(requests(config), 2, (short) 1)
                                            .configs(Map.of("max.message.bytes", takesMore))))
                    .all()
                    .get();
        }
        new Topics(config.kafka()).ensure();
        JobID job = start(config, false, null);
        try (TestTopics topics = topics(config);
                KafkaProducer<byte[], byte[]> producer =
                        new KafkaProducer<>(
                                Map.of(
                                        "bootstrap.servers",
                                        kafka.bootstrap(),
                                        "max.request.size",
                                        takesMore),
                                new ByteArraySerializer(),
                                new ByteArraySerializer())) {
            String huge = scored(0).replace("easy", "easy".repeat(1 << 20));
            producer.send(
                            new ProducerRecord<>(
                                    requests(config), huge.getBytes(StandardCharsets.UTF_8)))
                    .get();
            topics.send(requests(config), "gold", scored(2));

            assertThat(awaitAll(topics, responses(config), 1)).hasSize(1);
            JsonNode letter = awaitAll(topics, deadLetters(config), 1).get(0);
            assertThat(letter.get("reason").asText()).isEqualTo("record_too_long");
            assertThat(letter.get("detail").asText()).contains("limits.maxRecordBytes");
            byte[] payload = Base64.getDecoder().decode(letter.get("payload_base64").asText());
            assertThat(huge).startsWith(new String(payload, StandardCharsets.UTF_8));
            assertThat(flink.status(job)).isEqualTo(JobStatus.RUNNING);
        } finally {
            flink.cancel(job);
        }
    }

    @Test
    void feedbackOfAnOutsiderChangesTheQueueAndTheChoices() throws Exception {
        MessConfig config =
                config("outsider", "gold: { alpha: 0.7, explorationRate: 0.5, seed: 3 }", "");
        new Topics(config.kafka()).ensure();
        JobID job = start(config, false, null);
        try (TestTopics topics = topics(config)) {
            int told = 0;
            for (int i = 0; i < 240; i++) {
                // Hard prompts only: what the small model says is worth nothing.
                topics.send(requests(config), "gold", unscored("r" + i, 2 * i + 1));
                if (i % 12 == 11) {
                    List<JsonNode> responses = awaitAll(topics, responses(config), i + 1);
                    for (JsonNode response : responses.subList(told, i + 1)) {
                        rate(topics, config, response);
                    }
                    told = i + 1;
                    awaitMetric(job, "sla.gold.labelled", told);
                }
            }
            List<JsonNode> responses = topics.poll(responses(config));
            // No label has come: there is the head start of 12 requests, and what is foreseen.
            assertThat(responses.subList(0, 12))
                    .extracting(r -> r.get("q").asDouble())
                    .allMatch(q -> q > 11 && q < 19);
            assertThat(metric(job, "sla.gold.score")).isGreaterThan(0.65);
            // Nobody scores an answer before it is served, so exploring gives nothing away.
            assertThat(share(late(responses, 120), "large")).isGreaterThan(0.6);

            // A label of 0 raises what is owed by alpha and lowers the mean of who answered.
            topics.send(requests(config), "gold", unscored("last", 1));
            awaitAll(topics, responses(config), 241);
            JsonNode last = late(topics.poll(responses(config)), 240).get(0);
            String answered = "sla.gold.model." + last.get("model").asText();
            double owed = metric(job, "sla.gold.q");
            double labels = metric(job, answered + ".labels");
            double mean = metric(job, answered + ".meanScore");
            topics.send(config.kafka().topics().feedback(), "gold", label("last", last, 0));
            awaitMetric(job, "sla.gold.labelled", 241);
            assertThat(metric(job, "sla.gold.q")).isEqualTo(owed + 0.7, Assertions.within(1e-9));
            assertThat(metric(job, answered + ".meanScore"))
                    .isEqualTo(mean * labels / (labels + 1), Assertions.within(1e-9));
        } finally {
            flink.cancel(job);
        }
    }

    @Test
    void labelsKeepUpWithABacklogOfRequests() throws Exception {
        MessConfig config = config("backlog", "gold: { alpha: 0.7, explorationFloor: 1 }", "");
        new Topics(config.kafka()).ensure();
        JobID job = start(config, false, null);
        try (TestTopics topics = topics(config)) {
            int requests = 2_000;
            for (int i = 0; i < requests; i++) {
                topics.send(requests(config), "gold", scored(i, " slowly"));
            }
            topics.flush();
            double mostInFlight = 0;
            while (topics.poll(responses(config)).size() < requests) {
                double inFlight = metric(job, "sla.gold.inFlight");
                mostInFlight = inFlight > mostInFlight ? inFlight : mostInFlight;
            }
            // 16 are with the models; the rest are labels on their way.
            assertThat(mostInFlight).isBetween(1.0, 100.0);
        } finally {
            flink.cancel(job);
        }
    }

    @Test
    void aSavepointTakenMidRunRestoresAndGoesOn() throws Exception {
        MessConfig config = config("savepoint", "gold: { alpha: 0.7 }", "");
        new Topics(config.kafka()).ensure();
        JobID first = start(config, false, null);
        try (TestTopics topics = topics(config)) {
            IntStream.range(0, 200)
                    .forEach(i -> topics.send(requests(config), "gold", unscored("r" + i, i)));
            List<JsonNode> before = List.copyOf(awaitAll(topics, responses(config), 200));
            before.subList(0, 100).forEach(response -> rate(topics, config, response));
            awaitMetric(first, "sla.gold.labelled", 100);

            String savepoint = flink.stop(first);
            // Said while the job is down: half of the labels, some of them twice.
            before.subList(50, 200).forEach(response -> rate(topics, config, response));
            topics.flush();
            JobID second = start(config, false, savepoint);
            try {
                topics.send(requests(config), "gold", unscored("next", 0));
                List<JsonNode> all = awaitAll(topics, responses(config), 201);
                assertThat(ids(all)).hasSize(201);
                assertThat(late(all, 200).get(0).get("t").asLong()).isEqualTo(201);

                awaitMetric(second, "sla.gold.labelled", 200);
                assertThat(metric(second, "sla.gold.requests")).isEqualTo(201);
                assertThat(metric(second, "sla.gold.score"))
                        .isEqualTo(truth(before), Assertions.within(1e-9));
                // Explored requests wait for the labels of their other candidates.
                await().atMost(PATIENCE)
                        .until(
                                () ->
                                        metric(second, "feedbackUnmatched")
                                                        + metric(second, "feedbackDuplicate")
                                                == 50);
            } finally {
                flink.cancel(second);
            }
        }
    }

    @Test
    void requestsAreChargedWhatTheirDevicesUsed() throws Exception {
        try (TestDevice device = new TestDevice(folder.resolve("powercap"))) {
            String energy =
                    "{ source: rapl, root: '%s', samplePeriodMillis: 5 }".formatted(device.root());
            MessConfig config = config("metered", "gold: { alpha: 0.7 }", "", energy, energy);
            new Topics(config.kafka()).ensure();
            JobID job = start(config, false, null);
            try (TestTopics topics = topics(config)) {
                IntStream.range(0, 300)
                        .forEach(i -> topics.send(requests(config), "gold", scored(i, " slowly")));
                List<JsonNode> responses = awaitAll(topics, responses(config), 300);
                awaitMetric(job, "sla.gold.labelled", 300);
                double charged =
                        responses.stream()
                                .mapToDouble(
                                        r ->
                                                r.get("energy_joules").asDouble()
                                                        + r.path("exploration_joules").asDouble()
                                                        + r.path("failed_joules").asDouble())
                                .sum();

                assertThat(responses)
                        .extracting(r -> r.get("energy_source").asText())
                        .containsOnly("rapl");
                assertThat(charged).isPositive();
                // Each subtask shows the books of the one device, and no call is in flight.
                String books = "device.rapl_package-0.";
                await().atMost(PATIENCE)
                        .until(
                                () -> metricOfInfer(job, books + "attributedJoules") / 2,
                                joules -> Math.abs(joules - charged) < 1e-3);
                assertThat(metric(job, "sla.gold.energyJoules"))
                        .isEqualTo(charged, Assertions.within(1e-3));
                assertThat(metricOfInfer(job, books + "available")).isEqualTo(2);
                assertThat(metricOfInfer(job, books + "idleJoules")).isPositive();
                assertThat(metricOfInfer(job, "model.small.breakerState")).isZero();
            } finally {
                flink.cancel(job);
            }
        }
    }

    @Test
    void aJobWhoseEnergySourceIsNotThereFailsAtOnceAndSaysSo() throws Exception {
        String missing = "{ source: nvml, gpus: [0], library: /nowhere/libnvidia-ml.so.1 }";
        MessConfig config = config("unmetered", "gold: { alpha: 0.7 }", "", missing, missing);
        new Topics(config.kafka()).ensure();
        JobID job = start(config, false, null);

        await().atMost(PATIENCE).until(() -> flink.status(job) == JobStatus.FAILED);
        assertThat(rest.get(job, "/exceptions").toString())
                .contains("zoo.small.energy: ", "/nowhere/libnvidia-ml.so.1");
    }

    @Test
    void theJobRefusesToStartWithoutItsTopics() {
        MessConfig config =
                new ConfigLoader(Map.of())
                        .parse(
                                "test",
                                """
                                kafka: { bootstrap: "%s" }
                                zoo: { m: { url: "%s", model: m,
                                            energy: { source: constant, joulesPerRequest: 1 } } }
                                slas: { gold: { alpha: 0.5 } }
                                """
                                        .formatted(kafka.bootstrap(), models.url()));
        Assertions.assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> new Topics(config.kafka()).ensure())
                .withMessageContaining("'mess.requests' does not exist")
                .withMessageContaining("'mess.dead-letters' does not exist")
                .withMessageContaining("kafka.createTopics");
    }

    /** Scores as a rater would who knows what is right: easy prompts were asked about i, even. */
    private static void rate(TestTopics topics, MessConfig config, JsonNode response) {
        topics.send(
                config.kafka().topics().feedback(),
                "gold",
                label(response.get("id").asText(), response, truth(response)));
    }

    private static String label(String id, JsonNode response, double score) {
        return """
               {"request_id":"%s","sla":"gold","model":"%s","score":%s,"source":"user"}"""
                .formatted(id, response.get("model").asText(), score);
    }

    private static double truth(JsonNode response) {
        return response.get("output").asText().equals("unknown") ? 0 : 1;
    }

    private static double truth(List<JsonNode> responses) {
        return responses.stream().mapToDouble(PipelineIT::truth).average().orElseThrow();
    }

    private static JobID start(MessConfig config, boolean bounded, String savepoint)
            throws Exception {
        return start(config, bounded, savepoint, 2);
    }

    private static JobID start(
            MessConfig config, boolean bounded, String savepoint, int parallelism)
            throws Exception {
        StreamExecutionEnvironment env = flink.environment(savepoint);
        env.setParallelism(parallelism);
        MessJob.configure(env, config);
        Pipeline.define(
                env,
                config,
                bounded ? KafkaConnectors.bounded(config) : KafkaConnectors.unbounded(config));
        return flink.submit(env, config.kafka().groupId());
    }

    private static List<JsonNode> awaitAll(TestTopics topics, String topic, int count) {
        return await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> topics.poll(topic), records -> records.size() >= count);
    }

    private static void awaitMetric(JobID job, String name, double least) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> metric(job, name), value -> value >= least);
    }

    private static double metric(JobID job, String name) throws Exception {
        return rest.metric(job, "route", name);
    }

    private static double metricOfInfer(JobID job, String name) throws Exception {
        return rest.metric(job, "infer", name);
    }

    private static Set<String> ids(List<JsonNode> records) {
        Set<String> ids = new HashSet<>();
        records.forEach(record -> ids.add(record.get("id").asText()));
        return ids;
    }

    /** The responses to requests decided after the first {@code t}. */
    private static List<JsonNode> late(List<JsonNode> responses, long t) {
        return responses.stream().filter(r -> r.get("t").asLong() > t).toList();
    }

    private static double score(List<JsonNode> responses) {
        return responses.stream()
                .mapToDouble(r -> r.get("score").asDouble())
                .average()
                .orElseThrow();
    }

    private static double share(List<JsonNode> responses, String model) {
        return responses.stream().filter(r -> r.get("model").asText().equals(model)).count()
                / (double) responses.size();
    }

    private static String scored(int i) {
        return scored(i, "");
    }

    private static String scored(int i, String how) {
        return """
               {"id":"r%d","sla":"gold","prompt":"%s %d%s","reference":"%d","metric":"exact"}"""
                .formatted(i, difficulty(i), i, how, i);
    }

    private static String unscored(String id, int i) {
        return """
               {"id":"%s","sla":"gold","prompt":"%s %d"}"""
                .formatted(id, difficulty(i), i);
    }

    private static String difficulty(int i) {
        return i % 2 == 1 ? "hard" : "easy";
    }

    private static String requests(MessConfig config) {
        return config.kafka().topics().requests();
    }

    private static String responses(MessConfig config) {
        return config.kafka().topics().responses();
    }

    private static String deadLetters(MessConfig config) {
        return config.kafka().topics().deadLetters();
    }

    private static TestTopics topics(MessConfig config) {
        return new TestTopics(kafka.bootstrap(), responses(config), deadLetters(config));
    }

    private static MessConfig config(String name, String slas, String more) {
        return config(
                name,
                slas,
                more,
                "{ source: constant, joulesPerRequest: 1 }",
                "{ source: constant, joulesPerRequest: 10 }");
    }

    private static MessConfig config(
            String name, String slas, String more, String small, String large) {
        String timeout =
                more.contains("feedbackTimeoutMillis") ? "" : "feedbackTimeoutMillis: 60000\n";
        return new ConfigLoader(Map.of())
                .parse(
                        name,
                        """
                        kafka:
                          bootstrap: "%1$s"
                          groupId: %2$s
                          createTopics: true
                          partitions: 2
                          topics: { requests: %2$s.requests, responses: %2$s.responses,
                                    feedback: %2$s.feedback, deadLetters: %2$s.dead-letters }
                        zoo:
                          small: { url: "%3$s", model: small, energy: %5$s }
                          large: { url: "%3$s", model: large, energy: %6$s }
                        slas: { %4$s }
                        embedding: { model: hashing }
                        inference: { requestTimeoutMillis: 5000, capacity: 16 }
                        limits: { maxPromptChars: 1000 }
                        checkpointIntervalMillis: 1000
                        """
                                        .formatted(
                                                kafka.bootstrap(),
                                                name,
                                                models.url(),
                                                slas,
                                                small,
                                                large)
                                + timeout
                                + more);
    }

    /**
     * A record that is broken in one way.
     *
     * @param feedback whether it goes to the feedback topic
     * @param reason of its dead letter
     * @param names what its dead letter must say
     */
    private record Broken(boolean feedback, byte[] value, String reason, String names) {

        static List<Broken> all() {
            List<Broken> all = new ArrayList<>();
            all.add(request("{\"prompt\":", "invalid_json", "value"));
            all.add(request("not json at all", "invalid_json", "value"));
            all.add(request("{\"sla\":\"gold\"}", "missing_field", "prompt"));
            all.add(request("{\"prompt\":\"p\"}", "missing_field", "sla"));
            all.add(
                    request(
                            "{\"sla\":\"tin\",\"prompt\":\"p\"}",
                            "unknown_sla",
                            "sla: unknown 'tin'"));
            all.add(
                    request(
                            "{\"sla\":\"gold\",\"prompt\":\"" + "x".repeat(1001) + "\"}",
                            "prompt_too_long",
                            "at most 1000"));
            all.add(
                    request(
                            "{\"sla\":\"gold\",\"prompt\":\"p\",\"metric\":\"vibes\"}",
                            "invalid_value",
                            "metric: unknown 'vibes'"));
            all.add(feedback("{\"request_id\":", "invalid_json", "value"));
            all.add(label("\"gold\"", "\"small\"", "1.5", "score_out_of_range", "score"));
            all.add(label("\"gold\"", "\"small\"", "NaN", "score_out_of_range", "'NaN'"));
            all.add(label("\"gold\"", "\"huge\"", "1", "unknown_model", "model: unknown 'huge'"));
            all.add(label("\"tin\"", "\"small\"", "1", "unknown_sla", "sla: unknown 'tin'"));
            return all;
        }

        static Broken of(byte[] payload) {
            return all().stream()
                    .filter(broken -> java.util.Arrays.equals(broken.value, payload))
                    .findFirst()
                    .orElseThrow();
        }

        private static Broken request(String json, String reason, String names) {
            return new Broken(false, json.getBytes(StandardCharsets.UTF_8), reason, names);
        }

        private static Broken feedback(String json, String reason, String names) {
            return new Broken(true, json.getBytes(StandardCharsets.UTF_8), reason, names);
        }

        private static Broken label(
                String sla, String model, String score, String reason, String names) {
            return feedback(
                    "{\"request_id\":\"r1\",\"sla\":%s,\"model\":%s,\"score\":%s}"
                            .formatted(sla, model, score),
                    reason,
                    names);
        }
    }
}
