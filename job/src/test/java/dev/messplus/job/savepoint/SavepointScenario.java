package dev.messplus.job.savepoint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.job.config.MessConfig;
import dev.messplus.job.config.MessConfigBuilder;
import dev.messplus.job.fixture.TestConfig;
import dev.messplus.job.fixture.TestJob;
import dev.messplus.job.fixture.TestSla;
import dev.messplus.record.Json;
import dev.messplus.testkit.TestCluster;
import dev.messplus.testkit.TestRequest;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The job whose savepoints are in the test resources, as {@link SavepointGeneratorIT} runs it and
 * {@link SavepointIT} continues it. Each savepoint is in a folder {@code
 * savepoint-<release>-<delivery>}, together with {@code known.json}.
 */
final class SavepointScenario {

    /** The release whose savepoints are written. */
    static final String RELEASE = "0.1";

    /** Requests of each SLA that were answered when the savepoint was taken. */
    static final int ANSWERED = 60;

    /** Requests of gold that were with the model servers when the savepoint was taken. */
    static final int IN_FLIGHT = 4;

    /** In place of a mode of delivery: the savepoint that was taken under load. */
    static final String UNDER_LOAD = "under-load";

    /** Requests on the topic when the savepoint was taken under load. */
    static final int LOAD = 1_000;

    /** The promise to both SLAs under load. */
    static final double ALPHA_UNDER_LOAD = 0.7;

    /** Above the maximum of the setting, so that savepoints can be years old. */
    private static final long FEEDBACK_TIMEOUT_MILLIS = Duration.ofDays(50 * 365).toMillis();

    private SavepointScenario() {}

    /**
     * What was known when a savepoint was taken.
     *
     * @param requests offset at which the job continues on the requests topic
     * @param feedback offset at which the job continues on the feedback topic
     * @param measurements offset at which the job continues on the measurements topic
     * @param waiting answers without a label
     * @param metrics metrics of the routing, by name
     */
    record Known(
            long requests,
            long feedback,
            long measurements,
            List<Unlabelled> waiting,
            Map<String, Double> metrics) {

        static Known read(String release, String delivery) throws IOException {
            return Json.MAPPER.readValue(
                    folder(release, delivery).resolve("known.json").toFile(), Known.class);
        }

        void write(Path folder) throws IOException {
            Json.MAPPER
                    .writerWithDefaultPrettyPrinter()
                    .writeValue(folder.resolve("known.json").toFile(), this);
        }

        double metric(String name) {
            return metrics.get(name);
        }
    }

    /**
     * What was known when a savepoint was taken under load.
     *
     * @param answered the responses that the job had written
     * @param measurements the records that it had written to the measurements topic
     */
    record KnownUnderLoad(List<Answer> answered, List<JsonNode> measurements) {

        static KnownUnderLoad read() throws IOException {
            return Json.MAPPER.readValue(
                    folder(RELEASE, UNDER_LOAD).resolve("known.json").toFile(),
                    KnownUnderLoad.class);
        }

        void write(Path folder) throws IOException {
            Json.MAPPER.writeValue(folder.resolve("known.json").toFile(), this);
        }
    }

    /** What counts of a response. */
    record Answer(String id, String sla, String status, double score, double joules) {

        static Answer of(JsonNode response) {
            return new Answer(
                    response.get("id").asText(),
                    response.get("sla").asText(),
                    response.get("status").asText(),
                    response.get("score").asDouble(),
                    response.get("energy_joules").asDouble());
        }
    }

    /** An answer without a label. */
    record Unlabelled(String id, String sla, String model) {

        static Unlabelled of(JsonNode response) {
            return new Unlabelled(
                    response.get("id").asText(),
                    response.get("sla").asText(),
                    response.get("model").asText());
        }

        /** The feedback of a user who finds the answer right. */
        String label() {
            return """
                   {"request_id":"%s","sla":"%s","model":"%s","score":1,"source":"user"}"""
                    .formatted(id, sla, model);
        }
    }

    /** Name of the folder of a savepoint. */
    static String folderName(String release, String delivery) {
        return "savepoint-" + release + "-" + delivery;
    }

    /** The folder of a savepoint in the test resources. */
    static Path folder(String release, String delivery) {
        try {
            return Path.of(
                    SavepointScenario.class.getResource(folderName(release, delivery)).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The configuration under which savepoints are written, without models and SLAs. */
    static TestConfig config(TestCluster cluster, String delivery) throws IOException {
        return TestConfig.on(cluster, "upgrade")
                .set("kafka.partitions", 1)
                .set("inference.requestTimeoutMillis", 600_000)
                .set("feedbackTimeoutMillis", 3_600_000)
                .delivery(delivery);
    }

    /** The SLAs under which savepoints are written. */
    static TestConfig withSlas(TestConfig config) {
        return config.sla(
                        "gold",
                        TestSla.promising(0.7)
                                .exploringOften()
                                .with("repeatWindowMillis", Duration.ofDays(7).toMillis()))
                .sla("silver", TestSla.promising(0.6).exploringOften().with("shards", 2));
    }

    /**
     * The job under load. With unlimited credit Q is a plain sum, which does not depend on the
     * order of labels.
     */
    static TestConfig underLoad(TestCluster cluster) throws IOException {
        TestSla sla = TestSla.promising(ALPHA_UNDER_LOAD).withUnlimitedCredit().exploringOften();
        return withModels(config(cluster, "exactly_once"), cluster)
                .sla("gold", sla)
                .sla("silver", sla.with("shards", 2));
    }

    /** Puts the requests of the load on the topic, in an order that is always the same. */
    static void sendLoad(TestJob job) {
        for (int i = 0; i < LOAD; i++) {
            job.send(request(i % 4 == 3 ? "silver" : "gold", i).slowly());
        }
    }

    /** The models with which savepoints are written. */
    static TestConfig withModels(TestConfig config, TestCluster cluster) throws IOException {
        String url = cluster.models().url();
        return config.model("small", url, TestConfig.joulesPerRequest(1))
                .model("medium", url, TestConfig.joulesPerRequest(4))
                .model("large", url, TestConfig.joulesPerRequest(10));
    }

    /** A configuration under which no request expires. */
    static MessConfig withoutExpiry(TestConfig config) {
        return MessConfigBuilder.builder(config.parse())
                .feedbackTimeoutMillis(FEEDBACK_TIMEOUT_MILLIS)
                .build();
    }

    static TestRequest request(String sla, int i) {
        return TestRequest.easyOrHard(i).id(sla + "-" + i).sla(sla);
    }

    static boolean isHard(JsonNode response) {
        String id = response.get("id").asText();
        return TestRequest.isHard(Integer.parseInt(id.substring(id.indexOf('-') + 1)));
    }

    /** Sum of a metric over all SLAs and shards. */
    static double sum(String name, Map<String, Double> metrics) {
        return metrics.entrySet().stream()
                .filter(metric -> metric.getKey().endsWith("." + name))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }
}
