package dev.messplus.infer;

import static dev.messplus.fixture.Fixtures.NO_SERVER;
import static dev.messplus.fixture.Fixtures.await;
import static dev.messplus.fixture.Fixtures.endpoint;
import static dev.messplus.fixture.Fixtures.exploit;
import static dev.messplus.fixture.Fixtures.explore;
import static dev.messplus.fixture.Fixtures.inference;
import static dev.messplus.fixture.Fixtures.withEstimates;
import static dev.messplus.infer.StubbedZoo.NO_SCORES;
import static dev.messplus.infer.StubbedZoo.NO_TRUTH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.messplus.energy.EnergyConfig;
import dev.messplus.energy.EnergyConfig.Devices;
import dev.messplus.energy.EnergyConfig.Metering;
import dev.messplus.energy.source.DcgmGpus;
import dev.messplus.energy.source.RaplPackages;
import dev.messplus.fixture.Fixtures;
import dev.messplus.http.TrustStore;
import dev.messplus.infer.config.ModelEndpoint;
import dev.messplus.record.InferenceOutcome;
import dev.messplus.record.Measurement;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.Response;
import dev.messplus.record.RoutedRequest;
import dev.messplus.score.ScoringConfig;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class InferOperatorTest {

    private static final CountDownLatch OPEN = new CountDownLatch(0);

    @Test
    void everyRequestGetsExactlyOneOutcomeWhateverTheModelsDo() throws Exception {
        try (ModelServer server = ModelServer.repeating(OPEN);
                InferHarness harness = new InferHarness(factory(server, NO_SCORES, 6_000))) {
            harness.open();
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                ids.add("" + i);
                harness.processElement(
                        switch (i % 4) {
                            case 0 -> exploit("" + i, "a", "b");
                            case 1 -> explore("" + i, "a", "b", "down");
                            case 2 -> exploit("" + i, "gone");
                            default -> exploit("" + i, "down", "b");
                        },
                        i);
            }
            harness.endInput();

            List<InferenceOutcome> outcomes = harness.extractOutputValues();
            assertThat(outcomes)
                    .extracting(outcome -> outcome.response().id())
                    .containsExactlyInAnyOrderElementsOf(ids);
            for (InferenceOutcome outcome : outcomes) {
                int kind = Integer.parseInt(outcome.response().id()) % 4;
                assertThat(outcome.response().status())
                        .isEqualTo(kind == 2 ? Response.FAILED : Response.OK);
                // A model that is down is passed over once that is known.
                assertThat(outcome.measurements())
                        .hasSizeBetween(new int[] {1, 3, 1, 1}[kind], new int[] {1, 3, 1, 2}[kind]);
                assertThat(outcome.measurements()).filteredOn(Measurement::served).hasSize(1);
            }
        }
    }

    @Test
    void requestsInFlightAreAskedAgainAfterARestore() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        try (ModelServer server = ModelServer.repeating(gate)) {
            OperatorSubtaskState snapshot;
            try (InferHarness harness = new InferHarness(factory(server, NO_SCORES))) {
                harness.open();
                harness.processElement(exploit("1", "a"), 1);
                harness.processElement(explore("2", "a", "b"), 2);
                harness.processElement(exploit("3", "b"), 3);
                await().until(() -> server.calls.get() == 4);
                snapshot = harness.snapshot(1, 1);
                assertThat(harness.extractOutputValues()).isEmpty();
            }
            gate.countDown();

            try (InferHarness harness = new InferHarness(factory(server, NO_SCORES))) {
                harness.initializeState(snapshot);
                harness.open();
                harness.endInput();

                assertThat(harness.extractOutputValues())
                        .extracting(outcome -> outcome.response().output().text())
                        .containsExactlyInAnyOrder("hi 1", "hi 2", "hi 3");
                assertThat(server.calls).hasValue(8);
            }
        }
    }

    @Test
    void aBugIsAFailedOutcome() throws Exception {
        TextScorer bug =
                (request, output) -> {
                    throw new AssertionError("bug");
                };
        try (ModelServer server = ModelServer.repeating(OPEN);
                InferHarness harness = new InferHarness(factory(server, ScoringConfig.of(bug)))) {
            harness.open();
            harness.processElement(exploit("1", "a"), 1);
            harness.endInput();

            List<InferenceOutcome> outcomes = harness.extractOutputValues();
            assertThat(outcomes).hasSize(1);
            assertThat(outcomes.get(0).response().status()).isEqualTo(Response.FAILED);
            assertThat(outcomes.get(0).response().error()).contains("a failed unexpectedly", "bug");
        }
    }

    /** The request has one outcome, and the next one is called in its place. */
    @Test
    void aRequestThatIsLostFailsAfterItsDeadline() throws Exception {
        try (StuckScorer stuck = new StuckScorer("1");
                ModelServer server = ModelServer.repeating(OPEN);
                InferHarness harness = new InferHarness(oneCall(server, stuck::score, 200))) {
            harness.open();
            harness.processElement(exploit("1", "a"), 1);
            stuck.entered.await();

            harness.await()
                    .until(
                            () -> {
                                harness.setProcessingTime(harness.getProcessingTime() + 1_000);
                                return harness.answered().contains("1");
                            });
            harness.processElement(exploit("2", "b"), 2);
            harness.await().until(() -> harness.answered().contains("2"));
            stuck.close();
            harness.endInput();

            assertThat(harness.answered()).containsExactly("1", "2");
            Response lost = harness.extractOutputValues().get(0).response();
            assertThat(lost.status()).isEqualTo(Response.FAILED);
            assertThat(lost.error()).contains("gave no answer in time");
        }
    }

    @Test
    void aClockThatIsSetForwardLosesNoRequest() throws Exception {
        try (StuckScorer slow = new StuckScorer("1");
                ModelServer server = ModelServer.repeating(OPEN);
                InferHarness harness = new InferHarness(oneCall(server, slow::score, 60_000))) {
            harness.open();
            harness.processElement(exploit("1", "a"), 1);
            slow.entered.await();
            for (int seconds = 0; seconds < 3; seconds++) {
                harness.setProcessingTime(InferHarness.NOW_MILLIS + 3_600_000 + 1_000 * seconds);
            }
            assertThat(harness.answered()).isEmpty();

            slow.close();
            harness.endInput();

            assertThat(harness.extractOutputValues().get(0).response().status())
                    .isEqualTo(Response.OK);
        }
    }

    private static InferOperatorFactory oneCall(
            ModelServer server, TextScorer scorer, long timeoutMillis) {
        return new InferOperatorFactory(
                Fixtures.zoo(server.base()),
                inference().maxInFlight(1).requestTimeoutMillis(timeoutMillis).build(),
                ScoringConfig.of(scorer));
    }

    /** Does not return for one request until it is closed. */
    private static final class StuckScorer implements AutoCloseable {

        final CountDownLatch entered = new CountDownLatch(1);
        private final CountDownLatch over = new CountDownLatch(1);
        private final String id;

        StuckScorer(String id) {
            this.id = id;
        }

        double score(PromptRequest request, String output) {
            if (request.id().equals(id)) {
                entered.countDown();
                ModelServer.await(over);
            }
            return 1;
        }

        @Override
        public void close() {
            over.countDown();
        }
    }

    @Test
    void isSerializable() throws Exception {
        try (ModelServer server = ModelServer.repeating(OPEN);
                InferHarness harness =
                        new InferHarness(InstantiationUtil.clone(factory(server, NO_SCORES)))) {
            harness.open();
            harness.processElement(exploit("1", "a"), 1);
            harness.endInput();

            assertThat(harness.extractOutputValues()).hasSize(1);
        }
    }

    @Test
    void aMissingEnergySourceEndsTheJobWithoutARestart() throws Exception {
        try (InferHarness harness =
                new InferHarness(
                        new InferOperatorFactory(
                                List.of(unmetered()), inference(1_000), NO_SCORES))) {
            assertThatThrownBy(harness::open)
                    .isInstanceOf(SuppressRestartsException.class)
                    .hasStackTraceContaining("zoo.a.energy: ")
                    .hasStackTraceContaining("/nowhere/powercap");
        }
    }

    /** As after a new JobManager, which counts attempts from 0. */
    @Test
    void aMissingEnergySourceDoesNotEndARestoredJob() throws Exception {
        try (ModelServer server = ModelServer.repeating(OPEN)) {
            OperatorSubtaskState snapshot;
            try (InferHarness harness = new InferHarness(factory(server, NO_SCORES))) {
                harness.open();
                snapshot = harness.snapshot(1, 1);
            }
            EnergyConfig dead =
                    new Devices(
                            new DcgmGpus(NO_SERVER + "/metrics", List.of("0")),
                            Metering.inFlight(1_000));
            ModelEndpoint endpoint = endpoint("a", server.base()).energy(dead).build();
            try (InferHarness harness =
                    new InferHarness(
                            new InferOperatorFactory(
                                    List.of(endpoint), inference(30_000), NO_SCORES))) {
                harness.initializeState(snapshot);
                harness.open();
                harness.processElement(withEstimates(exploit("1", "a"), 4), 1);
                harness.endInput();

                Response response = harness.extractOutputValues().get(0).response();
                assertThat(response.status()).isEqualTo(Response.OK);
                assertThat(response.energy().joules()).isEqualTo(4);
                assertThat(response.energy().source())
                        .isEqualTo("running estimate without dcgm (estimated)");
            }
        }
    }

    /** The file may be on a volume that is mounted late. */
    @Test
    void aMissingTrustStoreEndsOnlyAJobThatNeverRan() throws Exception {
        OperatorSubtaskState snapshot;
        try (InferHarness harness =
                new InferHarness(
                        new InferOperatorFactory(List.of(), inference(1_000), NO_SCORES))) {
            harness.open();
            snapshot = harness.snapshot(1, 1);
        }
        ModelEndpoint endpoint =
                endpoint("a", "https://127.0.0.1:1")
                        .trustStore(new TrustStore("/nowhere/trust.p12", null))
                        .build();
        InferOperatorFactory factory =
                new InferOperatorFactory(List.of(endpoint), inference(1_000), NO_SCORES);
        try (InferHarness first = new InferHarness(factory);
                InferHarness restored = new InferHarness(factory)) {
            restored.initializeState(snapshot);

            assertThatThrownBy(first::open)
                    .isInstanceOf(SuppressRestartsException.class)
                    .hasStackTraceContaining("/nowhere/trust.p12");
            assertThatThrownBy(restored::open)
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("/nowhere/trust.p12");
        }
    }

    @Test
    void afterARestartTheEstimateIsChargedUntilTheEnergySourceIsBack() throws Exception {
        try (ModelServer server = ModelServer.repeating(OPEN)) {
            ModelEndpoint endpoint = unmetered(server.base());
            try (OpenZoo zoo = OpenZoo.of(inference(10_000), List.of(endpoint), true)) {
                RoutedRequest routed = withEstimates(exploit("1", "a"), 4);

                Response response = zoo.scoredBy(NO_TRUTH).begin(routed, 10_000).get().response();

                assertThat(response.energy().joules()).isEqualTo(4);
                assertThat(response.energy().source())
                        .isEqualTo("running estimate without rapl (estimated)");
            }
        }
    }

    private static ModelEndpoint unmetered() {
        return unmetered(NO_SERVER);
    }

    private static ModelEndpoint unmetered(String base) {
        return endpoint("a", base)
                .energy(new Devices(new RaplPackages("/nowhere/powercap"), Metering.inFlight(50)))
                .build();
    }

    @Test
    void closesWithoutOpen() throws Exception {
        InferHarness harness =
                new InferHarness(new InferOperatorFactory(List.of(), inference(1_000), NO_SCORES));
        harness.initializeEmptyState();

        harness.close();
    }

    @Test
    void idsMustBeUnique() {
        List<ModelEndpoint> twice =
                List.of(endpoint("a", "http://x", 1), endpoint("a", "http://y", 1));

        assertThatThrownBy(() -> new InferOperatorFactory(twice, inference(1_000), NO_SCORES))
                .hasMessage("zoo: two models have the id 'a'; ids must be unique");
    }

    private static InferOperatorFactory factory(ModelServer server, ScoringConfig scoring) {
        return factory(server, scoring, 30_000);
    }

    /** Models a, b and c answer, and one is down. */
    private static InferOperatorFactory factory(
            ModelServer server, ScoringConfig scoring, long timeoutMillis) {
        List<ModelEndpoint> zoo = new ArrayList<>(Fixtures.zoo(server.base()));
        zoo.add(endpoint("down", NO_SERVER, 100));
        return new InferOperatorFactory(zoo, inference(timeoutMillis), scoring);
    }
}
