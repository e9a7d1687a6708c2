package dev.messplus.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.job.MessJob;
import dev.messplus.job.config.ConfigLoader;
import dev.messplus.job.config.MessConfig;
import dev.messplus.job.kafka.KafkaConnectors;
import dev.messplus.job.kafka.Topics;
import dev.messplus.job.pipeline.Pipeline;
import dev.messplus.local.embedded.EmbeddedFlink;
import dev.messplus.local.embedded.EmbeddedKafka;
import dev.messplus.local.embedded.Ports;
import dev.messplus.local.fixture.FaultyModels;
import dev.messplus.local.fixture.FaultyModels.Fault;
import dev.messplus.local.fixture.ModelProcess;
import dev.messplus.local.fixture.RestApi;
import dev.messplus.local.fixture.TestTopics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The pipeline over model servers that break in every way there is, and come back. */
class FaultIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int REQUESTS = 10_000;

    /**
     * Requests sent beyond the responses seen: the stream never runs dry, and phases stay apart.
     */
    private static final int AHEAD = 128;

    /** Requests in flight with the models. */
    private static final int CAPACITY = 64;

    @TempDir static Path folder;

    private static EmbeddedKafka kafka;
    private static EmbeddedFlink flink;
    private static RestApi rest;

    @BeforeAll
    static void start() throws Exception {
        kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
        flink =
                EmbeddedFlink.start(
                        folder.resolve("flink"), folder.resolve("log"), Ports.free(), 2);
        rest = new RestApi(flink.url());
    }

    @AfterAll
    static void stop() throws Exception {
        flink.close();
        kafka.close();
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void everyRequestIsAnsweredOnceWhateverTheServersDo() throws Exception {
        try (ModelProcess small = new ModelProcess(Ports.free(), 1);
                ModelProcess medium = new ModelProcess(Ports.free(), 2);
                ModelProcess large = new ModelProcess(Ports.free(), 3)) {
            MessConfig config = config("faults", small.url(), medium.url(), large.url());
            new Topics(config.kafka()).ensure();
            JobID job = start(config);
            try (Traffic traffic = new Traffic(config, REQUESTS)) {
                traffic.phase("healthy", 1_500);
                small.kill();
                traffic.phase("small killed", 700);
                small.start();
                traffic.phase("small back", 700);
                medium.fault(Fault.ERRORS);
                traffic.phase("medium errs", 1_200);
                heal(medium);
                small.fault(Fault.STALLS);
                traffic.phase("small stalls", 900);
                heal(small);
                medium.fault(Fault.RATE_LIMITED);
                traffic.phase("medium limits", 600);
                heal(medium);
                // It said for how long it is to be left alone, and small would stand alone.
                traffic.untilBack("small", "medium");
                large.fault(Fault.HALF_CLOSED);
                traffic.phase("large half closes", 900);
                heal(large);
                traffic.untilBack("small", "medium");
                small.fault(Fault.GARBAGE);
                traffic.phase("small babbles", 900);
                medium.fault(Fault.HALF_CLOSED);
                traffic.phase("and medium half closes", 900);
                heal(small);
                heal(medium);
                traffic.untilBack("small");
                traffic.phase("healthy again", traffic.left());
                traffic.report();

                List<JsonNode> all = traffic.responses;
                awaitRoute(job, "sla.gold.inFlight", 0);
                assertThat(traffic.topics.count(responses(config))).isEqualTo(REQUESTS);
                assertThat(ids(all)).isEqualTo(ids());
                assertThat(traffic.topics.count(config.kafka().topics().deadLetters())).isZero();

                // One model at least is healthy at any time, and is asked within the deadline.
                assertThat(share(all, FaultIT::failed)).isLessThanOrEqualTo(0.001);
                assertThat(share(all, FaultIT::fellBack)).isBetween(0.002, 0.3);
                assertThat(all).filteredOn(r -> !failed(r)).allMatch(FaultIT::answersItsQuestion);
                // Who is gone is soon left out of decisions, and nothing of it stays.
                for (String phase : List.of("small killed", "small babbles")) {
                    assertThat(traffic.within(phase))
                            .as(phase)
                            .filteredOn(FaultIT::fellBack)
                            .isNotEmpty();
                    assertThat(share(traffic.within(phase), FaultIT::fellBack))
                            .as(phase)
                            .isLessThan(0.25);
                }
                for (String phase : List.of("healthy", "healthy again")) {
                    List<JsonNode> healthy = traffic.within(phase);
                    assertThat(share(healthy, FaultIT::fellBack)).as(phase).isLessThan(0.05);
                    assertThat(share(healthy, r -> is(r, "model", "small")))
                            .as(phase)
                            .isGreaterThan(0.1);
                }
                assertAccounts(job, all);
                assertNeverRestarted(job);
                // No connection is left behind by a call that was given up.
                for (ModelProcess model : List.of(small, medium, large)) {
                    await().atMost(PATIENCE).until(() -> model.stats().connections() <= CAPACITY);
                }
            } finally {
                flink.cancel(job);
            }
        }
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void theQueueCountsWhatWasServedAndNotWhatWasChosen() throws Exception {
        int requests = 600;
        try (FaultyModels small = new FaultyModels(Ports.free(), 4);
                FaultyModels others = new FaultyModels(Ports.free(), 5)) {
            MessConfig config = config("fallbacks", small.url(), others.url(), others.url());
            new Topics(config.kafka()).ensure();
            JobID job = start(config);
            try (Traffic traffic = new Traffic(config, requests)) {
                traffic.phase("healthy", requests / 2);
                small.fault(Fault.DEAD);
                traffic.phase("small dead", traffic.left());

                List<JsonNode> all = traffic.responses;
                assertThat(all).hasSize(requests).noneMatch(FaultIT::failed);
                // Until the breaker opens, and when small is tried again.
                assertThat(all).filteredOn(FaultIT::fellBack).hasSizeGreaterThan(5);
                awaitRoute(job, "sla.gold.labelled", requests);
                assertAccounts(job, all);
            } finally {
                flink.cancel(job);
            }
        }
    }

    /** Ends a server's fault, which is to have struck. */
    private static void heal(ModelProcess model) {
        assertThat(model.fault(Fault.HEALTHY).faults()).isGreaterThan(5);
    }

    /** Requests in phases, and the responses to them. */
    private static final class Traffic implements AutoCloseable {

        /** Responses that tell who is back. */
        private static final int RECENT = 10;

        private final MessConfig config;
        private final int total;
        private final Map<String, Range> phases = new LinkedHashMap<>();
        private final TestTopics topics;
        private List<JsonNode> responses = List.of();
        private int sent;

        /** Numbers of requests. */
        private record Range(int from, int until) {}

        Traffic(MessConfig config, int total) {
            this.config = config;
            this.total = total;
            this.topics = topics(config);
        }

        /** Goes on until so many more responses came; requests never run out. */
        void phase(String name, int more) {
            int end = responses.size() + more;
            // What is sent last will be answered in the next phase.
            phases.put(name, new Range(sent, end - AHEAD));
            goOn(name, AHEAD, () -> responses.size() >= end);
        }

        /** Answers what waits, and then asks slowly until models are asked, and answer, again. */
        void untilBack(String... models) {
            goOn("drain", 0, () -> responses.size() == sent);
            int drained = responses.size();
            goOn(
                    "until back",
                    1,
                    () -> {
                        List<JsonNode> last =
                                responses.subList(
                                        Math.max(drained, responses.size() - RECENT),
                                        responses.size());
                        return last.size() == RECENT
                                && last.stream().noneMatch(FaultIT::fellBack)
                                && Stream.of(models).allMatch(model -> served(last, model));
                    });
        }

        private static boolean served(List<JsonNode> responses, String model) {
            return responses.stream().anyMatch(response -> is(response, "model", model));
        }

        List<JsonNode> within(String phase) {
            Range range = phases.get(phase);
            return responses.stream()
                    .filter(r -> number(r) >= range.from() && number(r) < range.until())
                    .toList();
        }

        int left() {
            return total - responses.size();
        }

        /** Polls wait a little when there is nothing, so a few requests ahead are slow ones. */
        private void goOn(String what, int ahead, BooleanSupplier over) {
            long start = System.nanoTime();
            while (!over.getAsBoolean()) {
                while (sent < Math.min(total, responses.size() + ahead)) {
                    topics.send(config.kafka().topics().requests(), "gold", request(sent++));
                }
                responses = topics.poll(responses(config));
                assertThat(Duration.ofNanos(System.nanoTime() - start))
                        .as("%s: %d responses", what, responses.size())
                        .isLessThan(PATIENCE);
            }
        }

        void report() {
            System.out.printf(
                    "%-24s %9s %8s %8s %8s %8s %8s %7s %9s%n",
                    "phase",
                    "responses",
                    "fallback",
                    "failed",
                    "small",
                    "medium",
                    "large",
                    "score",
                    "p99 ms");
            phases.keySet().forEach(phase -> report(phase, within(phase)));
            report("all", responses);
            responses.stream()
                    .filter(FaultIT::failed)
                    .limit(10)
                    .forEach(r -> System.out.println(r.get("id") + " failed: " + r.get("error")));
        }

        private static void report(String name, List<JsonNode> responses) {
            long[] latencies =
                    responses.stream()
                            .mapToLong(r -> r.get("latency_ms").asLong())
                            .sorted()
                            .toArray();
            System.out.printf(
                    "%-24s %9d %7.2f%% %7.2f%% %7.1f%% %7.1f%% %7.1f%% %7.3f %9d%n",
                    name,
                    responses.size(),
                    100 * share(responses, FaultIT::fellBack),
                    100 * share(responses, FaultIT::failed),
                    100 * share(responses, r -> is(r, "model", "small")),
                    100 * share(responses, r -> is(r, "model", "medium")),
                    100 * share(responses, r -> is(r, "model", "large")),
                    score(responses),
                    latencies[latencies.length * 99 / 100]);
        }

        @Override
        public void close() {
            topics.close();
        }
    }

    /** What the routing knows is what the responses say: each counted once, for who served it. */
    private static void assertAccounts(JobID job, List<JsonNode> responses) throws Exception {
        List<JsonNode> ok = responses.stream().filter(r -> !failed(r)).toList();
        assertThat(route(job, "sla.gold.requests")).isEqualTo(responses.size());
        assertThat(route(job, "sla.gold.inFlight")).isZero();
        assertThat(route(job, "sla.gold.drift")).isZero();
        assertThat(route(job, "sla.gold.expired")).isZero();
        assertThat(route(job, "sla.gold.labelled")).isEqualTo(ok.size());
        assertThat(route(job, "sla.gold.failed")).isEqualTo(responses.size() - ok.size());
        assertThat(route(job, "sla.gold.score")).isEqualTo(score(ok), Assertions.within(1e-9));
        for (String model : List.of("small", "medium", "large")) {
            assertThat(route(job, "sla.gold.model." + model + ".served"))
                    .as(model)
                    .isEqualTo((double) ok.stream().filter(r -> is(r, "model", model)).count());
        }
    }

    private static void assertNeverRestarted(JobID job) throws Exception {
        assertThat(flink.status(job)).isEqualTo(JobStatus.RUNNING);
        assertThat(rest.get(job, "/exceptions").get("exceptionHistory").get("entries")).isEmpty();
        JsonNode restarts = rest.get(job, "/metrics?get=numRestarts");
        assertThat(restarts).hasSize(1);
        assertThat(restarts.get(0).get("value").asInt()).isZero();
    }

    private static JobID start(MessConfig config) throws Exception {
        StreamExecutionEnvironment env = flink.environment(null);
        env.setParallelism(2);
        MessJob.configure(env, config);
        Pipeline.define(env, config, KafkaConnectors.unbounded(config));
        return flink.submit(env, config.kafka().groupId());
    }

    private static void awaitRoute(JobID job, String name, double value) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> route(job, name) == value);
    }

    private static double route(JobID job, String name) throws Exception {
        return rest.metric(job, "route", name);
    }

    /** Mean score of the answers. */
    private static double score(List<JsonNode> responses) {
        return responses.stream()
                .filter(response -> response.has("score"))
                .mapToDouble(response -> response.get("score").asDouble())
                .average()
                .orElseThrow();
    }

    private static double share(List<JsonNode> responses, Predicate<JsonNode> which) {
        return responses.stream().filter(which).count() / (double) responses.size();
    }

    private static boolean fellBack(JsonNode response) {
        return is(response, "mode", "fallback");
    }

    private static boolean failed(JsonNode response) {
        return is(response, "status", "failed");
    }

    private static boolean answersItsQuestion(JsonNode response) {
        return is(response, "output", "unknown")
                || is(response, "output", String.valueOf(number(response)));
    }

    private static int number(JsonNode response) {
        return Integer.parseInt(response.get("id").asText().substring(1));
    }

    private static boolean is(JsonNode response, String field, String value) {
        return response.get(field).asText().equals(value);
    }

    private static Set<String> ids(List<JsonNode> responses) {
        Set<String> ids = new HashSet<>();
        responses.forEach(response -> ids.add(response.get("id").asText()));
        return ids;
    }

    private static Set<String> ids() {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < REQUESTS; i++) {
            ids.add("r" + i);
        }
        return ids;
    }

    private static String request(int i) {
        String difficulty = List.of("easy", "fair", "hard").get(i % 3);
        return """
               {"id":"r%d","sla":"gold","prompt":"%s %d","reference":"%d","metric":"exact"}"""
                .formatted(i, difficulty, i, i);
    }

    private static String responses(MessConfig config) {
        return config.kafka().topics().responses();
    }

    private static TestTopics topics(MessConfig config) {
        return new TestTopics(
                kafka.bootstrap(), responses(config), config.kafka().topics().deadLetters());
    }

    private static MessConfig config(String name, String small, String medium, String large) {
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
                          small: { url: "%3$s", model: small,
                                   energy: { source: constant, joulesPerRequest: 1 } }
                          medium: { url: "%4$s", model: medium,
                                    energy: { source: constant, joulesPerRequest: 4 } }
                          large: { url: "%5$s", model: large,
                                   energy: { source: constant, joulesPerRequest: 10 } }
                        slas: { gold: { alpha: 0.65, explorationRate: 0.5 } }
                        embedding: { model: hashing }
                        inference: { requestTimeoutMillis: 4000, maxAttempts: 3, capacity: %6$d,
                                     maxResponseBytes: 524288, breaker: { openMillis: 500 } }
                        feedbackTimeoutMillis: 120000
                        checkpointIntervalMillis: 1000
                        """
                                .formatted(
                                        kafka.bootstrap(), name, small, medium, large, CAPACITY));
    }
}
