package dev.messplus.replay.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.core.Decision;
import dev.messplus.core.Mode;
import dev.messplus.core.Observation;
import dev.messplus.core.PaperRule;
import dev.messplus.core.Rule;
import dev.messplus.core.Sla;
import dev.messplus.core.StreamRule;
import dev.messplus.embedding.PromptFeatures;
import dev.messplus.record.EmbeddedRequest;
import dev.messplus.record.Feedback;
import dev.messplus.record.FeedbackBuilder;
import dev.messplus.record.PromptRequestBuilder;
import dev.messplus.record.RoutedRequest;
import dev.messplus.replay.outcome.Recorded;
import dev.messplus.replay.outcome.RecordedRows;
import dev.messplus.replay.outcome.SyntheticTraffic;
import dev.messplus.replay.outcome.Traffic;
import dev.messplus.routing.RouteFunction;
import dev.messplus.routing.RouteOperator;
import dev.messplus.routing.RoutingConfig;
import dev.messplus.routing.RoutingConfig.SlaRouting;
import dev.messplus.routing.ShardFeedback;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The Flink operator on RocksDB decides as the replay does, to the last bit.
 *
 * <p>A replay is written down: its decisions, and what it tells when. The operator then gets the
 * same requests and the same feedback in the same order, a request a second. Nobody tells it when
 * to give a request up: the replay does so before the decision that is twice the requests in flight
 * and one later, and so does the operator by its own timers, with a feedback timeout of as many
 * seconds and a watermark a millisecond behind each request.
 */
class OperatorReplayTest {

    private static final int ROWS = 1_000;
    private static final int NEVER = ROWS;

    private static final String SLA = "gold";
    private static final long START_MILLIS = 1_000_000;
    private static final long STEP_MILLIS = 1_000;

    /** A decision; records and lists compare doubles by their bits. */
    private record Decided(
            long t,
            Mode mode,
            List<String> ranking,
            int asked,
            List<Double> predicted,
            List<Double> joules,
            double q) {

        static Decided of(Decision d, List<String> models) {
            return new Decided(
                    d.t,
                    d.mode,
                    Arrays.stream(d.ranking).mapToObj(models::get).toList(),
                    d.asked,
                    Arrays.stream(d.ranking).mapToObj(m -> d.accuracy[m]).toList(),
                    Arrays.stream(d.ranking).mapToObj(m -> d.joules[m]).toList(),
                    d.pressure);
        }

        static Decided of(RoutedRequest r) {
            return new Decided(
                    r.t(),
                    r.mode(),
                    r.ranking(),
                    r.asked(),
                    Arrays.stream(r.predictedScores()).boxed().toList(),
                    Arrays.stream(r.estimatedJoules()).boxed().toList(),
                    r.pressure());
        }
    }

    /** One thing that happened: a request was decided, or else something was told of it. */
    private record Event(Recorded request, Decided decided, Observation told) {}

    /** The policies to compare. */
    @SuppressWarnings("ImmutableEnumChecker") // the settings of a rule never change
    enum Preset {
        STREAM(StreamRule.Config.ofDefaults()),
        PAPER(PaperRule.Config.ofDefaults().withV(.01).withExplorationRate(1));

        private final SlaRouting routing;

        Preset(Rule rule) {
            routing = new SlaRouting(Sla.of(.65), rule, 0);
        }
    }

    @ParameterizedTest(name = "{0}, {1} in flight, {2} labelled, restored after {3}")
    @CsvSource({
        "STREAM, 0, 1, " + NEVER,
        "STREAM, 64, 1, " + NEVER,
        "STREAM, 64, 0.6, " + NEVER,
        "STREAM, 64, 0.6, 500",
        "PAPER, 0, 1, 500",
        "PAPER, 64, 0.6, 500",
    })
    void onSyntheticPrompts(Preset preset, int inFlight, double feedbackRate, int restoreAfter)
            throws Exception {
        Traffic traffic = SyntheticTraffic.of(ROWS, PromptFeatures.dimensions());
        Conditions conditions = Conditions.scored(inFlight, feedbackRate);
        assertSame(traffic, preset.routing, conditions, restoreAfter);
    }

    @ParameterizedTest(name = "{0}, {1} in flight, {2} labelled, restored after {3}")
    @CsvSource({"STREAM, 0, 1, " + NEVER, "STREAM, 64, 0.6, 500"})
    void onRealPrompts(Preset preset, int inFlight, double feedbackRate, int restoreAfter)
            throws Exception {
        Traffic traffic = RecordedRows.first(ROWS);
        Conditions conditions = Conditions.scored(inFlight, feedbackRate);
        assertSame(traffic, preset.routing, conditions, restoreAfter);
    }

    @ParameterizedTest(name = "{0}, restored after {1}")
    @CsvSource({"STREAM, " + NEVER, "STREAM, 500", "PAPER, 500"})
    void whenJoulesComeBeforeLabelsAndLabelsOutOfOrder(Preset preset, int restoreAfter)
            throws Exception {
        Traffic traffic = SyntheticTraffic.of(ROWS, PromptFeatures.dimensions());
        Conditions conditions = new Conditions(64, 16, Delay.RANDOM, Labels.LATER, Raters.ALL, .9);
        assertSame(traffic, preset.routing, conditions, restoreAfter);
    }

    private static void assertSame(
            Traffic traffic, SlaRouting routing, Conditions conditions, int restoreAfter)
            throws Exception {
        RoutingConfig config = config(traffic.models(), routing, conditions.inFlight());
        List<Decided> decisions = new ArrayList<>();
        Operator operator = new Operator(config, null);
        try {
            for (Event event : replay(traffic, routing, conditions)) {
                if (event.decided() == null) {
                    operator.tell(event.request(), event.told());
                    continue;
                }
                if (decisions.size() == restoreAfter) {
                    OperatorSubtaskState snapshot = operator.snapshot();
                    operator.close();
                    operator = new Operator(config, snapshot);
                }
                operator.advanceTo(START_MILLIS + decisions.size() * STEP_MILLIS);
                Decided decided = operator.decide(event.request());
                decisions.add(decided);
                assertThat(decided).as("request %d", decisions.size()).isEqualTo(event.decided());
            }
        } finally {
            operator.close();
        }
        // There was something to get wrong.
        assertThat(decisions).hasSize(ROWS);
        assertThat(decisions).extracting(Decided::mode).contains(Mode.EXPLORE, Mode.EXPLOIT);
        assertThat(
                        decisions.stream()
                                .filter(decided -> decided.mode() == Mode.EXPLOIT)
                                .map(decided -> decided.ranking().get(0))
                                .distinct())
                .hasSizeGreaterThan(1);
    }

    private static List<Event> replay(Traffic traffic, SlaRouting routing, Conditions conditions) {
        List<Event> events = new ArrayList<>();
        Episodes.replay(traffic, routing, conditions)
                .run(
                        new StreamReplay.Witness() {
                            @Override
                            public void decided(Recorded request, Decision decision) {
                                Decided decided = Decided.of(decision, traffic.models());
                                events.add(new Event(request, decided, null));
                            }

                            @Override
                            public void told(Recorded request, Observation seen) {
                                events.add(new Event(request, null, seen));
                            }
                        });
        return events;
    }

    /** Requests are given up after as long as it takes to decide twice those in flight. */
    private static RoutingConfig config(List<String> models, SlaRouting routing, int inFlight) {
        return new RoutingConfig(
                models.stream().map(RoutingConfig.ZooModel::of).toList(),
                Map.of(SLA, routing),
                "recorded",
                2L * Math.max(1, inFlight) * STEP_MILLIS);
    }

    /** One subtask of the routing on RocksDB. */
    private static final class Operator implements AutoCloseable {

        private final KeyedTwoInputStreamOperatorTestHarness<
                        String, EmbeddedRequest, ShardFeedback, RoutedRequest>
                harness;

        /** An operator that goes on from a snapshot; {@code null} for nothing. */
        Operator(RoutingConfig config, OperatorSubtaskState snapshot) throws Exception {
            harness =
                    new KeyedTwoInputStreamOperatorTestHarness<>(
                            new RouteOperator(new RouteFunction(config)),
                            EmbeddedRequest::key,
                            ShardFeedback::key,
                            Types.STRING);
            var rocks = new EmbeddedRocksDBStateBackend();
            // The harness has less memory to manage than RocksDB's least.
            rocks.getMemoryConfiguration().setUseManagedMemory(false);
            harness.setStateBackend(rocks);
            harness.initializeState(snapshot);
            harness.open();
            // Requests have no clock: the time is that of the feedback.
            harness.processWatermarkStatus1(WatermarkStatus.IDLE);
        }

        void advanceTo(long millis) throws Exception {
            harness.setProcessingTime(millis);
            harness.processWatermark2(new Watermark(millis - 1));
        }

        Decided decide(Recorded request) throws Exception {
            var prompt =
                    PromptRequestBuilder.builder()
                            .id(request.id())
                            .sla(SLA)
                            .text("text")
                            .messages("[]")
                            .references(List.of())
                            .build();
            harness.processElement1(
                    new StreamRecord<>(
                            EmbeddedRequest.of(
                                    prompt, request.features(), request.promptTokens())));
            RoutedRequest routed = null;
            for (Object said = harness.getOutput().poll();
                    said != null;
                    said = harness.getOutput().poll()) {
                if (said instanceof StreamRecord<?> decision) {
                    assertThat(routed).as("one decision for a request").isNull();
                    routed = (RoutedRequest) decision.getValue();
                }
            }
            assertThat(routed).as("one decision for a request").isNotNull();
            return Decided.of(routed);
        }

        void tell(Recorded request, Observation seen) throws Exception {
            Feedback feedback =
                    FeedbackBuilder.builder()
                            .requestId(request.id())
                            .sla(SLA)
                            .model(seen.model())
                            .score(Double.isNaN(seen.score()) ? null : seen.score())
                            .energyJoules(seen.joules())
                            .served(seen.isServed())
                            .source(Feedback.SCORER)
                            .build();
            harness.processElement2(new StreamRecord<>(ShardFeedback.own(SLA, feedback)));
        }

        OperatorSubtaskState snapshot() throws Exception {
            return harness.snapshot(1, START_MILLIS);
        }

        @Override
        public void close() throws Exception {
            harness.close();
        }
    }
}
