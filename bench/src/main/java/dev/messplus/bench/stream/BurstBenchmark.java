package dev.messplus.bench.stream;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.bench.BenchJob;
import dev.messplus.bench.Row;
import dev.messplus.job.config.ConfigLoader;
import dev.messplus.job.config.MessConfig;
import dev.messplus.minicluster.EmbeddedFlink;
import dev.messplus.minicluster.EmbeddedKafka;
import dev.messplus.minicluster.Ports;
import dev.messplus.testkit.QueueingModelProcess;
import dev.messplus.testkit.TestTopics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.flink.util.FileUtils;

/**
 * Measures what becomes of a burst: far more prompts at once than the model servers have slots for,
 * with the settings that users have who set none.
 *
 * <p>Prompts are of two kinds. Both models are right about nine of ten sums; of the stories, the
 * small one is right about four of ten, the large one about nine. Answers take 1 and 6 J. At a
 * target of 0.8, a static mix takes 4.0 J an answer, a split by kind 2.5 J. Each server, in a
 * process of its own, has 8 slots, a queue without a bound, and takes 250 ms for a call on average.
 */
public final class BurstBenchmark {

    private static final double ALPHA = 0.8;
    private static final int SLOTS = 8;
    private static final long SERVICE_MILLIS = 250;
    private static final int PARALLELISM = 2;
    private static final long SEED = 5;
    private static final Duration PATIENCE = Duration.ofMinutes(20);

    private static final String SLA = "gold";
    private static final String REQUESTS = "mess.requests";
    private static final String RESPONSES = "mess.responses";

    private static final List<String> KINDS =
            List.of("sum of two numbers", "story about a distant country");

    private static final List<String> WORDS =
            List.of("yes", "no", "red", "blue", "seven", "north", "cold", "tree");

    private BurstBenchmark() {}

    /**
     * What became of a burst.
     *
     * @param prompts number of prompts
     * @param failed number of them that have no answer
     * @param joules energy of an answer on average, with that of failed calls
     * @param score mean score of the answers
     * @param seconds from the first prompt sent to the last response
     * @param queued the most calls that waited in each server at once, by model
     */
    public record Outcome(
            int prompts,
            int failed,
            double joules,
            double score,
            double seconds,
            Map<String, Integer> queued) {

        /** One row for each figure. */
        public List<Row> rows() {
            String what = "burst of %,d prompts: ".formatted(prompts);
            return List.of(
                    row(what + "failed", "requests", failed, ""),
                    row(
                            what + "energy",
                            "J an answer",
                            joules,
                            "a static mix takes 4.0, a split by kind 2.5"),
                    row(what + "score", "", score, "the target is " + ALPHA),
                    row(what + "time", "s", seconds, ""),
                    row(what + "longest queue in small", "calls", queued.get("small"), ""),
                    row(what + "longest queue in large", "calls", queued.get("large"), ""));
        }

        private static Row row(String what, String unit, double value, String note) {
            return new Row(what, unit, new double[] {value}, note);
        }
    }

    /** Measures a burst, and prints what became of it. */
    public static void run(int prompts) throws Exception {
        Outcome outcome = measure(prompts);
        System.out.printf(
                "burst: %d prompts, failed %d, %.2f J an answer (a static mix takes 4.0, a split by"
                        + " kind 2.5), score %.3f (target %.1f), %.0f s, longest queue in a server %s%n",
                outcome.prompts(),
                outcome.failed(),
                outcome.joules(),
                outcome.score(),
                ALPHA,
                outcome.seconds(),
                outcome.queued());
    }

    /** Measures a burst on a broker and a cluster of its own. */
    public static Outcome measure(int prompts) throws Exception {
        Path folder = Files.createTempDirectory("mess-bench-burst");
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
                EmbeddedFlink flink =
                        EmbeddedFlink.start(
                                folder.resolve("flink"),
                                folder.resolve("log"),
                                Ports.free(),
                                PARALLELISM);
                QueueingModelProcess small =
                        QueueingModelProcess.start(Ports.free(), SLOTS, SERVICE_MILLIS);
                QueueingModelProcess large =
                        QueueingModelProcess.start(Ports.free(), SLOTS, SERVICE_MILLIS)) {
            MessConfig config = config(kafka.bootstrap(), small.url(), large.url());
            var unused = BenchJob.start(flink, config, PARALLELISM);
            try (TestTopics topics = new TestTopics(kafka.bootstrap(), RESPONSES)) {
                // The time of the burst is not that of the start of the job.
                Random random = new Random(SEED);
                send(topics, 0, random);
                Map<String, JsonNode> responses = await(topics, 1);
                long startNanos = System.nanoTime();
                for (int i = 1; i < prompts; i++) {
                    send(topics, i, random);
                }
                responses.putAll(await(topics, prompts));
                double seconds = (System.nanoTime() - startNanos) / 1e9;
                return outcome(
                        responses,
                        seconds,
                        Map.of(
                                "small", small.stats().maxQueued(),
                                "large", large.stats().maxQueued()));
            }
        } finally {
            FileUtils.deleteDirectoryQuietly(folder.toFile());
        }
    }

    private static MessConfig config(String bootstrap, String small, String large) {
        return new ConfigLoader(Map.of())
                .parse(
                        "burst",
                        """
                        kafka: { bootstrap: "%s", createTopics: true }
                        zoo:
                          small: { url: "%s", model: small, energy: { source: tokens,
                                   joulesPerPromptToken: 0, joulesPerCompletionToken: 0.1 } }
                          large: { url: "%s", model: large, energy: { source: tokens,
                                   joulesPerPromptToken: 0, joulesPerCompletionToken: 0.6 } }
                        slas: { %s: { alpha: %s } }
                        """
                                .formatted(bootstrap, small, large, SLA, ALPHA));
    }

    private static void send(TestTopics topics, int number, Random random) {
        String kind = KINDS.get(random.nextInt(KINDS.size()));
        String word = WORDS.get(random.nextInt(WORDS.size()));
        topics.send(
                REQUESTS,
                SLA,
                """
                {"id":"b%1$d","sla":"%2$s","prompt":"Number %1$d: a %3$s; say %4$s",\
                "reference":"%4$s","metric":"exact","params":{"max_tokens":10}}"""
                        .formatted(number, SLA, kind, word));
    }

    /** The first response to each request, by id, once there are that many. */
    private static Map<String, JsonNode> await(TestTopics topics, int count) {
        Map<String, JsonNode> responses = new HashMap<>();
        long end = System.nanoTime() + PATIENCE.toNanos();
        int seen = 0;
        while (responses.size() < count) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException(
                        "%d of %d requests have a response".formatted(responses.size(), count));
            }
            List<JsonNode> all = topics.poll(RESPONSES);
            for (JsonNode response : all.subList(seen, all.size())) {
                responses.putIfAbsent(response.get("id").asText(), response);
            }
            seen = all.size();
        }
        return responses;
    }

    private static Outcome outcome(
            Map<String, JsonNode> responses, double seconds, Map<String, Integer> queued) {
        int answered = 0;
        double score = 0;
        double joules = 0;
        for (JsonNode response : responses.values()) {
            joules +=
                    response.path("energy_joules").asDouble()
                            + response.path("failed_joules").asDouble();
            if (response.get("status").asText().equals("ok")) {
                answered++;
                score += response.get("score").asDouble();
            }
        }
        return new Outcome(
                responses.size(),
                responses.size() - answered,
                joules / answered,
                score / answered,
                seconds,
                queued);
    }
}
