package dev.messplus.job.savepoint;

import static dev.messplus.job.savepoint.SavepointScenario.ALPHA_UNDER_LOAD;
import static dev.messplus.job.savepoint.SavepointScenario.ANSWERED;
import static dev.messplus.job.savepoint.SavepointScenario.IN_FLIGHT;
import static dev.messplus.job.savepoint.SavepointScenario.LOAD;
import static dev.messplus.job.savepoint.SavepointScenario.RELEASE;
import static dev.messplus.job.savepoint.SavepointScenario.request;
import static dev.messplus.job.savepoint.SavepointScenario.sum;
import static dev.messplus.job.savepoint.SavepointScenario.withModels;
import static dev.messplus.job.savepoint.SavepointScenario.withSlas;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.job.fixture.TestConfig;
import dev.messplus.job.fixture.TestJob;
import dev.messplus.job.fixture.TestSla;
import dev.messplus.job.savepoint.SavepointScenario.Answer;
import dev.messplus.job.savepoint.SavepointScenario.Known;
import dev.messplus.job.savepoint.SavepointScenario.KnownUnderLoad;
import dev.messplus.record.Json;
import dev.messplus.testkit.Patience;
import dev.messplus.testkit.TestCluster;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Savepoints of the whole job, as releases wrote them, restore: at other parallelisms, and under
 * configurations that have changed since. {@link SavepointGeneratorIT} writes them.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class SavepointIT {

    private TestCluster cluster;
    private TestJob job;

    /** Each test has its own broker: a savepoint knows topics by name and offset. */
    @BeforeEach
    void start() throws Exception {
        cluster = TestCluster.create();
    }

    @AfterEach
    void stop() throws Exception {
        cluster.models().release();
        if (job != null) {
            job.close();
        }
        cluster.close();
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
        TestConfig config = withSlas(withModels(config(laterDelivery), cluster));
        Known known = restore(release, delivery, config, parallelism);

        // The price of quality is not state: it follows the constants of the release that runs.
        Map<String, Double> kept = new TreeMap<>(known.metrics());
        kept.keySet().removeIf(name -> name.endsWith(".joulesPerScore"));
        awaitMetrics(kept);
        known.waiting()
                .subList(0, 10)
                .forEach(answer -> job.sendFeedback(answer.sla(), answer.label()));
        List<JsonNode> responses = answer(10, "gold", "silver");
        assertThat(of("gold", responses))
                .extracting(response -> response.get("t").asInt())
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(ANSWERED + 1, ANSWERED + IN_FLIGHT + 10)
                                .boxed()
                                .toList());
        double labelled = sum("labelled", known.metrics()) + 10 + responses.size();
        Patience.await().until(() -> sum("labelled", job.metrics("sla")) == labelled);
    }

    /** The savepoint was taken with one subtask. */
    @Test
    void aSavepointUnderLoadGoesOnWithFourSubtasksAndThenWithTwo() throws Exception {
        KnownUnderLoad known = KnownUnderLoad.read();
        job =
                TestJob.on(
                                cluster,
                                SavepointScenario.withoutExpiry(
                                        SavepointScenario.underLoad(cluster)))
                        .parallelism(4);
        SavepointScenario.sendLoad(job);
        for (JsonNode measurement : known.measurements()) {
            job.send(job.measurementsTopic(), Json.MAPPER.writeValueAsBytes(measurement));
        }
        job.flush();
        job.restore(
                SavepointScenario.folder(RELEASE, SavepointScenario.UNDER_LOAD).toUri().toString());
        job.awaitResponses(100);
        job.parallelism(2).restore(job.stop());

        int open = LOAD - known.answered().size();
        List<Answer> answers = new ArrayList<>(known.answered());
        job.awaitResponses(open).forEach(response -> answers.add(Answer.of(response)));
        assertThat(answers).hasSize(LOAD).extracting(Answer::status).containsOnly("ok");
        assertThat(answers).extracting(Answer::id).doesNotHaveDuplicates();
        double q = answers.stream().mapToDouble(a -> ALPHA_UNDER_LOAD - a.score()).sum();
        double servedJoules = answers.stream().mapToDouble(Answer::joules).sum();
        Patience.await()
                .untilAsserted(
                        () -> {
                            Map<String, Double> metrics = job.metrics("sla");
                            assertThat(sum("labelled", metrics)).isEqualTo(LOAD);
                            assertThat(sum("inFlight", metrics)).isZero();
                            assertThat(sum("requests", metrics)).isEqualTo(LOAD);
                            assertThat(sum("q", metrics)).isCloseTo(q, within(1e-9));
                            assertThat(sum("servedJoules", metrics))
                                    .isCloseTo(servedJoules, within(1e-9));
                        });
    }

    @Test
    void modelsCanComeAndGoAndChangeTheirPriceAndNothingElseIsForgotten() throws Exception {
        String url = cluster.models().url();
        TestConfig config =
                withSlas(config("at_least_once"))
                        .model("small", url, TestConfig.joulesPerRequest(1))
                        .model("large", url, TestConfig.joulesPerRequest(3))
                        .model("huge", url, "large", TestConfig.joulesPerRequest(4));
        Known known = restore(RELEASE, "at_least_once", config, 2);

        Map<String, Double> kept = new TreeMap<>(known.metrics());
        kept.keySet().removeIf(name -> name.contains("model.medium."));
        // Where nobody asked the large one yet, its configured price holds.
        kept.keySet()
                .removeIf(
                        name ->
                                name.endsWith("large.joulesPerRequest")
                                        && wasNeverMeasured(name, known.metrics()));
        // Until 100 labels have come, the scale of the price follows the joules of the zoo.
        kept.keySet().removeIf(name -> name.endsWith(".joulesPerScore"));
        // What the best static mix would have taken, and what the zoo reaches, follow from the
        // models that there are.
        kept.keySet().removeIf(name -> name.endsWith(".staticMixJoulesEstimate"));
        kept.keySet().removeIf(name -> name.endsWith(".reachableScoreEstimate"));
        awaitMetrics(kept);
        assertThat(job.metrics("sla").keySet()).noneMatch(name -> name.contains("model.medium."));
        assertThat(job.metrics("sla")).containsEntry("sla.gold.shard.0.model.huge.labels", 0.0);
        assertThat(known.metric("sla.gold.shard.0.model.large.joulesPerRequest")).isEqualTo(10);

        assertThat(answer(200, "gold"))
                .extracting(response -> response.get("status").asText())
                .containsOnly("ok");
        job.awaitMetricEqual(
                "sla.gold.shard.0.labelled",
                known.metric("sla.gold.shard.0.labelled") + IN_FLIGHT + 200);
        assertThat(job.metric("sla.gold.shard.0.model.huge.labels")).isPositive();
        assertThat(job.metric("sla.gold.shard.0.model.huge.joulesPerRequest"))
                .isEqualTo(4, within(1e-9));
        assertThat(job.metric("sla.gold.shard.0.model.large.joulesPerRequest")).isBetween(3.0, 8.0);
        assertThat(job.metric("sla.gold.shard.0.model.small.labels"))
                .isGreaterThan(known.metric("sla.gold.shard.0.model.small.labels"));
    }

    private static boolean wasNeverMeasured(String joulesPerRequest, Map<String, Double> known) {
        String error = joulesPerRequest.replace("joulesPerRequest", "energyErrorJoules");
        return Double.isNaN(known.get(error));
    }

    @Test
    void slasCanComeAndChangeAndSplitIntoMoreShardsAndWhatIsKnownStays() throws Exception {
        TestConfig config =
                withModels(config("at_least_once"), cluster)
                        .sla("gold", TestSla.promising(0.95).exploringOften().with("credit", 10))
                        .sla("silver", TestSla.promising(0.6).with("shards", 4))
                        .sla("bronze", TestSla.promising(0.4));
        Known known = restore(RELEASE, "at_least_once", config, 2);

        awaitMetrics(afterTheChange(known));
        assertThat(job.metric("sla.gold.shard.0.alpha")).isEqualTo(0.95);

        List<JsonNode> responses = answer(100, "gold", "silver", "bronze");

        // With what is known of the models, hard prompts go to the large one from the first on. How
        // many go to the small one while answers are ahead depends on when their labels come.
        List<String> ofHardPrompts =
                of("gold", responses).stream()
                        .filter(response -> response.get("t").asInt() > ANSWERED + IN_FLIGHT)
                        .filter(SavepointScenario::isHard)
                        .map(response -> response.get("model").asText())
                        .toList();
        assertThat(ofHardPrompts).hasSizeGreaterThan(40);
        assertThat(Collections.frequency(ofHardPrompts, "large"))
                .isGreaterThan(ofHardPrompts.size() * 8 / 10);
        assertThat(of("bronze", responses))
                .extracting(response -> response.get("t").asInt())
                .contains(1, 100);
        Patience.await()
                .untilAsserted(
                        () -> {
                            Map<String, Double> metrics = job.metrics("sla");
                            for (int shard = 0; shard < 4; shard++) {
                                String name = "sla.silver.shard." + shard;
                                assertThat(metrics.get(name + ".requests")).isPositive();
                                assertThat(metrics.get(name + ".model.large.labels")).isPositive();
                            }
                        });
    }

    /**
     * The metrics that stay when gold changes alpha and credit, and silver has twice the shards.
     */
    private static Map<String, Double> afterTheChange(Known known) {
        Map<String, Double> kept = new TreeMap<>();
        known.metrics()
                .forEach(
                        (name, value) ->
                                kept.put(
                                        name.replace("silver.shard.1.", "silver.shard.2."), value));
        for (String changed : List.of(".alpha", ".drift", ".deficit", ".staticMixJoulesEstimate")) {
            kept.remove("sla.gold.shard.0" + changed);
        }
        // These follow from the promise and from the number of shards.
        kept.keySet().removeIf(name -> name.endsWith(".joulesPerScore"));
        kept.keySet().removeIf(name -> name.matches("sla\\.silver\\..*score(Lower|Upper)Bound"));
        kept.keySet().removeIf(name -> name.matches("sla\\.silver\\..*toleratedRequests"));
        return kept;
    }

    private TestConfig config(String delivery) throws Exception {
        return SavepointScenario.config(cluster, delivery);
    }

    /** Starts the job from a savepoint of a release, on topics that end where they ended then. */
    private Known restore(String release, String delivery, TestConfig config, int parallelism)
            throws Exception {
        Known known = Known.read(release, delivery);
        job = TestJob.on(cluster, SavepointScenario.withoutExpiry(config)).parallelism(parallelism);
        fill(job.requestsTopic(), known.requests());
        fill(job.feedbackTopic(), known.feedback());
        fill(job.measurementsTopic(), known.measurements());
        job.flush();
        cluster.models().hold();
        job.restore(SavepointScenario.folder(release, delivery).toUri().toString());
        return known;
    }

    private void fill(String topic, long records) {
        for (long i = 0; i < records; i++) {
            job.send(topic, "{}".getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Has the requests in flight answered, and {@code count} more requests of each SLA. */
    private List<JsonNode> answer(int count, String... slas) throws Exception {
        cluster.models().release();
        int from = ANSWERED + IN_FLIGHT;
        for (String sla : slas) {
            for (int i = from; i < from + count; i++) {
                job.send(request(sla, i));
            }
        }
        return job.awaitResponses(IN_FLIGHT + slas.length * count);
    }

    private static List<JsonNode> of(String sla, List<JsonNode> responses) {
        return responses.stream()
                .filter(response -> response.get("sla").asText().equals(sla))
                .toList();
    }

    private void awaitMetrics(Map<String, Double> expected) {
        Patience.await()
                .untilAsserted(
                        () -> {
                            Map<String, Double> found = job.metrics("sla");
                            found.keySet().retainAll(expected.keySet());
                            assertThat(found).isEqualTo(expected);
                        });
    }
}
