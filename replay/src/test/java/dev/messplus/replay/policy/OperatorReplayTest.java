package dev.messplus.replay.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.core.Decision;
import dev.messplus.core.Mode;
import dev.messplus.core.Observation;
import dev.messplus.core.Rule;
import dev.messplus.core.Sla;
import dev.messplus.core.paper.PaperRule;
import dev.messplus.core.stream.StreamRule;
import dev.messplus.embed.PromptFeatures;
import dev.messplus.record.RoutedRequest;
import dev.messplus.replay.outcome.Recorded;
import dev.messplus.replay.outcome.RecordedRows;
import dev.messplus.replay.outcome.SyntheticTraffic;
import dev.messplus.replay.outcome.Traffic;
import dev.messplus.route.config.RoutingConfig;
import dev.messplus.route.config.RoutingConfig.SlaRouting;
import dev.messplus.route.share.ShareOperator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The Flink operator on RocksDB decides as the replay does, to the last bit, with one shard or
 * several, and across a restore.
 *
 * <p>A replay is written down: its decisions, and what it observes when. The operator then gets the
 * same requests and the same feedback in the same order, a request every 2 ms, so that shards
 * exchange what they learned with every 125th. Nothing says when to give a request up: the replay
 * does so before the decision that is twice the requests in flight and one later, and so does the
 * operator by its own timers, with a feedback timeout of as many steps and a watermark a
 * millisecond behind each request.
 */
class OperatorReplayTest {

    private static final int ROWS = 1_000;
    private static final int NEVER = Integer.MAX_VALUE;

    /** Enough for different choices. */
    private static final int RECORDED_ROWS = 2_500;

    private static final Traffic SYNTHETIC = SyntheticTraffic.of(ROWS, PromptFeatures.dimensions());

    private static final long START_MILLIS = 1_000_000;

    /** The shards exchange what they learned after this many steps each. */
    private static final int EXCHANGE_EVERY = 125;

    private static final long STEP_MILLIS = ShareOperator.EXCHANGE_INTERVAL_MILLIS / EXCHANGE_EVERY;

    /** A decision; records and lists compare doubles by their bits. */
    private record Decided(
            long t,
            Mode mode,
            List<String> ranking,
            int asked,
            List<Double> predicted,
            List<Double> joules,
            double pressure) {

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

    /** One thing that happened: a request was decided, or else something was observed of it. */
    private record Event(Recorded request, Decided decided, Observation observed) {}

    /** The rules to compare. */
    @SuppressWarnings("ImmutableEnumChecker") // the settings of a rule never change
    enum Preset {
        STREAM(StreamRule.Config.ofDefaults()),
        PAPER(new PaperRule.Config(.01, 1, .1));

        private final Rule rule;

        Preset(Rule rule) {
            this.rule = rule;
        }

        SlaRouting routing(int shards) {
            return new SlaRouting(Sla.custom(.65).shards(shards).build(), rule, 0);
        }
    }

    @ParameterizedTest(name = "{0}, {1} in flight, {2} labelled, {3} shards, restored after {4}")
    @CsvSource({
        "STREAM, 0, 1, 1, " + NEVER,
        "STREAM, 64, 1, 1, " + NEVER,
        "STREAM, 64, 0.6, 1, " + NEVER,
        "STREAM, 64, 0.6, 1, 500",
        "STREAM, 0, 1, 3, " + NEVER,
        "STREAM, 64, 0.6, 3, " + NEVER,
        "STREAM, 64, 0.6, 3, 500",
        "PAPER, 0, 1, 1, 500",
        "PAPER, 64, 0.6, 1, 500",
    })
    void onSyntheticPrompts(
            Preset preset, int inFlight, double feedbackRate, int shards, int restoreAfter)
            throws Exception {
        Conditions conditions = Episodes.scored(inFlight, feedbackRate);
        assertBothModes(assertSame(SYNTHETIC, preset.routing(shards), conditions, restoreAfter));
    }

    @ParameterizedTest(name = "{0}, {1} in flight, {2} labelled, restored after {3}")
    @CsvSource({"STREAM, 0, 1, " + NEVER, "STREAM, 64, 0.6, 500"})
    void onRealPrompts(Preset preset, int inFlight, double feedbackRate, int restoreAfter)
            throws Exception {
        Traffic traffic = RecordedRows.spread(RECORDED_ROWS);
        Conditions conditions = Episodes.scored(inFlight, feedbackRate);
        // Where answers are scored before they are served, nearly every request is explored.
        assertThat(assertSame(traffic, preset.routing(1), conditions, restoreAfter))
                .extracting(Decided::mode)
                .contains(Mode.EXPLORE);
    }

    @ParameterizedTest(name = "{0}, {1} shards, restored after {2}")
    @CsvSource({"STREAM, 1, " + NEVER, "STREAM, 1, 500", "STREAM, 3, 500", "PAPER, 1, 500"})
    void whenJoulesComeBeforeLabelsAndLabelsOutOfOrder(Preset preset, int shards, int restoreAfter)
            throws Exception {
        Conditions conditions =
                ConditionsBuilder.builder(Episodes.scored(64, .9))
                        .joulesAfter(16)
                        .delay(Delay.RANDOM)
                        .labels(Labels.LATER)
                        .raters(Raters.ALL)
                        .build();
        assertBothModes(assertSame(SYNTHETIC, preset.routing(shards), conditions, restoreAfter));
    }

    private static List<Decided> assertSame(
            Traffic traffic, SlaRouting routing, Conditions conditions, int restoreAfter)
            throws Exception {
        RoutingConfig config = config(traffic.models(), routing, conditions.inFlight());
        List<Decided> decisions = new ArrayList<>();
        RoutingSubtask subtask = RoutingSubtask.start(config);
        try {
            for (Event event : replay(traffic, routing, conditions)) {
                if (event.decided() == null) {
                    subtask.report(event.request(), event.observed());
                    continue;
                }
                subtask.advanceTo(START_MILLIS + decisions.size() * STEP_MILLIS);
                if (decisions.size() == restoreAfter) {
                    RoutingSubtask.Snapshot snapshot = subtask.snapshot(START_MILLIS);
                    subtask.close();
                    subtask = new RoutingSubtask(config, snapshot);
                    subtask.advanceTo(START_MILLIS + decisions.size() * STEP_MILLIS);
                }
                Decided decided = Decided.of(subtask.decide(event.request()));
                decisions.add(decided);
                assertThat(decided).as("request %d", decisions.size()).isEqualTo(event.decided());
            }
        } finally {
            subtask.close();
        }
        assertThat(decisions).hasSameSizeAs(traffic.requests());
        assertDifferentChoices(decisions);
        return decisions;
    }

    private static void assertBothModes(List<Decided> decisions) {
        assertThat(decisions).extracting(Decided::mode).contains(Mode.EXPLORE, Mode.EXPLOIT);
    }

    /** There was something to get wrong: the choice where not every model is asked anyway. */
    private static void assertDifferentChoices(List<Decided> decisions) {
        assertThat(
                        decisions.stream()
                                .filter(decided -> decided.asked() < decided.ranking().size())
                                .map(decided -> decided.ranking().get(0))
                                .distinct())
                .hasSizeGreaterThan(1);
    }

    private static List<Event> replay(Traffic traffic, SlaRouting routing, Conditions conditions) {
        List<Event> events = new ArrayList<>();
        Conditions exchanging =
                ConditionsBuilder.builder(conditions).exchangeEvery(EXCHANGE_EVERY).build();
        Episodes.replay(traffic, routing, exchanging)
                .run(
                        new StreamReplay.Witness() {
                            @Override
                            public void decided(Recorded request, Decision decision) {
                                Decided decided = Decided.of(decision, traffic.models());
                                events.add(new Event(request, decided, null));
                            }

                            @Override
                            public void observed(Recorded request, Observation seen) {
                                events.add(new Event(request, null, seen));
                            }
                        });
        return events;
    }

    /** Requests are given up after as long as it takes to decide twice those in flight. */
    private static RoutingConfig config(List<String> models, SlaRouting routing, int inFlight) {
        return new RoutingConfig(
                models.stream().map(RoutingConfig.ZooModel::of).toList(),
                Map.of(RoutingSubtask.SLA, routing),
                "recorded",
                2L * Math.max(1, inFlight) * STEP_MILLIS);
    }
}
