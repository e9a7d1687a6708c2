package dev.messplus.route;

import static dev.messplus.fixture.FeedbackFixtures.assumed;
import static dev.messplus.fixture.FeedbackFixtures.failed;
import static dev.messplus.fixture.FeedbackFixtures.label;
import static dev.messplus.fixture.FeedbackFixtures.scored;
import static dev.messplus.fixture.FeedbackFixtures.unavailable;
import static dev.messplus.fixture.FeedbackFixtures.unscored;
import static dev.messplus.route.RouteHarness.LARGE;
import static dev.messplus.route.RouteHarness.NOW;
import static dev.messplus.route.RouteHarness.SMALL;
import static dev.messplus.route.RouteHarness.TIMEOUT;
import static dev.messplus.route.RouteHarness.config;
import static dev.messplus.route.RouteHarness.exploiting;
import static dev.messplus.route.RouteHarness.sharded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.Observation;
import dev.messplus.core.Prompt;
import dev.messplus.core.account.VirtualQueue;
import dev.messplus.core.shard.OutcomeSums;
import dev.messplus.core.shard.ShardExchange;
import dev.messplus.metrics.JobMetric;
import dev.messplus.record.Energy;
import dev.messplus.record.Feedback;
import dev.messplus.record.FeedbackRecord;
import dev.messplus.record.Label;
import dev.messplus.record.Measurement;
import dev.messplus.record.MeasurementBuilder;
import dev.messplus.route.config.RoutingConfig;
import dev.messplus.route.config.RoutingConfig.SlaRouting;
import dev.messplus.route.share.ShardFeedback;
import java.util.stream.IntStream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

/** An SLA that is split: what each shard has of its own, and what it learns from the others. */
class RouteShardsTest {

    private static final String GOLD = "gold";
    private static final float[] FEATURES = {1, 0};
    private static final double NOTHING = Double.NaN;

    private static final RoutingConfig WHOLE = shards(1);
    private static final RoutingConfig TWO = shards(2);
    private static final RoutingConfig FOUR = shards(4);

    @Test
    void everyShardHasMetricsOfItsOwnBelowItsSla() throws Exception {
        try (RouteHarness routing = RouteHarness.start(TWO)) {
            routing.request(GOLD, idOf(TWO, 0, 1));
            routing.request(GOLD, idOf(TWO, 1, 1));
            routing.request(GOLD, idOf(TWO, 1, 2));
            routing.feedback(scored(GOLD, idOf(TWO, 1, 2), SMALL, 0, 9, true));

            assertThat(routing.metric("sla.gold.shard.0.requests")).isEqualTo(1);
            assertThat(routing.metric("sla.gold.shard.1.requests")).isEqualTo(2);
            assertThat(routing.metric("sla.gold.shard.0.q")).isZero();
            assertThat(routing.metric("sla.gold.shard.1.q")).isCloseTo(0.6, within(1e-12));
            assertThat(routing.metric("sla.gold.shard.1.model.small.labels")).isOne();
            assertThat(routing.metric("sla.gold.shard.0.model.small.labels")).isZero();
        }
        try (RouteHarness routing = RouteHarness.start(WHOLE)) {
            routing.request(GOLD, "a");
            assertThat(routing.metric("sla.gold.shard.0.requests")).isOne();
        }
    }

    @Test
    void requestOfAnotherShardIsLearnedFromButNotCounted() throws Exception {
        String id = idOf(TWO, 1, 1);
        Measurement reported = scored(GOLD, id, SMALL, 0.2, 9, true);
        try (RouteHarness routing = RouteHarness.start(TWO)) {
            routing.request(GOLD, id, FEATURES);
            routing.feedback(reported);
            RouteHarness.Known owner = routing.known(key(TWO, 1));

            sendToShard0(routing, reported, 0.2, FEATURES);

            RouteHarness.Known other = routing.known(key(TWO, 0));
            assertThat(other.models().get(SMALL).accuracy)
                    .usingRecursiveComparison()
                    .withEqualsForType(
                            (one, another) -> Math.abs(one - another) < 1e-12, Double.class)
                    .isEqualTo(owner.models().get(SMALL).accuracy);
            assertThat(other.models().get(SMALL).energy.meanCharge()).isEqualTo(9);
            assertThat(other.models().get(SMALL).energy.measurements).isOne();
            assertThat(other.models().get(SMALL).served).isZero();
            assertThat(other.sla().queue.qOfOtherShards).isCloseTo(0.6 - 0.2, within(1e-12));
            assertThat(owner.sla().queue.q).isCloseTo(0.6 - 0.2, within(1e-12));
            assertThat(owner.sla().queue.qOfOtherShards).isZero();
            assertThat(other.sla().asked).isEmpty();
            assertThat(other.sla().t).isZero();
            assertThat(other.sla().joules).isZero();
            assertThat(other.sla().servedJoules).isZero();
            assertThat(other.window().average()).isNaN();
            assertThat(other.pending()).isEmpty();
            VirtualQueue queue = other.sla().queue;
            assertThat(queue.q).isZero();
            assertThat(queue.labelled).isZero();
            assertThat(queue.scoreSum).isZero();
            assertThat(queue.inFlight).isZero();
            assertThat(routing.metric(JobMetric.FEEDBACK_UNMATCHED)).isZero();
        }
    }

    @Test
    void whatIsNoNewsOfAnotherShardsRequestChangesNothing() throws Exception {
        Measurement reported = scored(GOLD, idOf(TWO, 1, 1), SMALL, 0.2, 9, true);
        try (RouteHarness routing = RouteHarness.start(TWO)) {
            sendToShard0(routing, reported, 0.2, FEATURES);
            RouteHarness.Known before = routing.known(key(TWO, 0));

            Measurement bare =
                    MeasurementBuilder.builder(reported)
                            .score(Double.NaN)
                            .energy(Energy.UNKNOWN)
                            .build();
            sendToShard0(routing, bare, NOTHING, FEATURES);
            sendToShard0(routing, failed(GOLD, idOf(TWO, 1, 2), SMALL, true), NOTHING, FEATURES);
            // Estimated, so it would only learn what it believes already.
            sendToShard0(routing, assumed(unscored(reported)), NOTHING, FEATURES);

            routing.known(key(TWO, 0)).assertSameAs(before);
        }
    }

    @Test
    void labelOfAPromptThatSomethingElseEmbeddedTeachesTheMeanAlone() throws Exception {
        try (RouteHarness routing = RouteHarness.start(TWO)) {
            sendToShard0(routing, label(GOLD, idOf(TWO, 1, 1), SMALL, 0.2), 0.2, null);

            RouteHarness.Known known = routing.known(key(TWO, 0));
            assertThat(known.models().get(SMALL).accuracy.labels).isOne();
            assertThat(known.models().get(SMALL).accuracy.mean).isEqualTo(0.2);
            assertThat(known.models().get(SMALL).accuracy.own.labels).isZero();
            assertThat(known.shared().accuracy.labels).isZero();
        }
    }

    @Test
    void whatAnotherShardIsBehindIsMadeGoodForHereToo() throws Exception {
        try (RouteHarness routing = RouteHarness.start(TWO)) {
            routing.request(GOLD, idOf(TWO, 0, 1));
            routing.feedback(scored(GOLD, idOf(TWO, 0, 1), SMALL, 0, 9, true));
            sendToShard0(routing, label(GOLD, idOf(TWO, 1, 1), SMALL, 0.5), 0.5, FEATURES);
            // Its own .6, and .6 + .1 of the whole.
            assertThat(routing.request(GOLD, idOf(TWO, 0, 2)).pressure())
                    .isCloseTo(0.6 + 0.6 + 0.1, within(1e-12));
        }
    }

    @Test
    void modelThatAnotherShardFoundUnavailableIsLeftAlone() throws Exception {
        Measurement reported = unavailable(failed(GOLD, idOf(TWO, 1, 1), SMALL, true), 5_000);
        try (RouteHarness routing = RouteHarness.start(TWO)) {
            sendToShard0(routing, reported, NOTHING, null);
            assertThat(routing.request(GOLD, idOf(TWO, 0, 1)).ranking())
                    .containsExactly(LARGE, SMALL);
            routing.setProcessingTime(NOW + 5_000);
            assertThat(routing.request(GOLD, idOf(TWO, 0, 2)).ranking())
                    .containsExactly(SMALL, LARGE);
        }
    }

    @Test
    void withFewerShardsThoseThatLeftAreDropped() throws Exception {
        OperatorSubtaskState snapshot = snapshotOfFour();
        try (RouteHarness before = RouteHarness.restore(FOUR, snapshot);
                RouteHarness after = RouteHarness.restore(TWO, snapshot)) {
            // Of four, the first and the third are the two.
            after.known(key(FOUR, 0)).assertSameAs(before.known(key(FOUR, 0)));
            after.known(key(FOUR, 2)).assertSameAs(before.known(key(FOUR, 2)));
            assertThat(after.known(key(FOUR, 1)).isEmpty()).isTrue();
            assertThat(after.known(key(FOUR, 3)).isEmpty()).isTrue();
            assertThat(before.known(key(FOUR, 1)).isEmpty()).isFalse();

            // Their timers find nothing, and those of the others what they were set for.
            after.feedbackUntil(NOW + TIMEOUT);
            assertThat(after.numEventTimeTimers()).isZero();
            assertThat(after.known(key(FOUR, 1)).isEmpty()).isTrue();
            assertThat(after.known(key(TWO, 1)).sla().expired).isOne();
            assertThat(after.metric("sla.gold.shard.1.expired")).isOne();
        }
    }

    @Test
    void withMoreShardsThoseOfBeforeKeepWhatTheyKnow() throws Exception {
        OperatorSubtaskState snapshot;
        try (RouteHarness routing = RouteHarness.start(TWO)) {
            routing.request(GOLD, idOf(TWO, 0, 1));
            routing.request(GOLD, idOf(TWO, 1, 1));
            snapshot = routing.snapshot();
        }
        try (RouteHarness before = RouteHarness.restore(TWO, snapshot);
                RouteHarness after = RouteHarness.restore(FOUR, snapshot)) {
            after.known(key(FOUR, 0)).assertSameAs(before.known(key(TWO, 0)));
            after.known(key(FOUR, 2)).assertSameAs(before.known(key(TWO, 1)));
            assertThat(after.request(GOLD, idOf(FOUR, 2, 3)).t()).isEqualTo(2);
            assertThat(after.request(GOLD, idOf(FOUR, 1, 3)).t()).isOne();
        }
    }

    @Test
    void feedbackForAShardThatLeftIsForNobody() throws Exception {
        try (RouteHarness routing = RouteHarness.start(TWO)) {
            Label reported = label(GOLD, "a", SMALL, 1);
            routing.receive(ShardFeedback.own(key(FOUR, 1), FeedbackRecord.of(reported)));
            assertThat(routing.metric(JobMetric.FEEDBACK_UNMATCHED)).isOne();
            assertThat(routing.known(key(FOUR, 1)).isEmpty()).isTrue();
        }
    }

    @Test
    void stateIsWrittenAtACheckpointForAllKeysThatChanged() throws Exception {
        try (RouteHarness routing = RouteHarness.start(config(exploiting(), GOLD, "silver"))) {
            routing.request(GOLD, "a");
            routing.request("silver", "a");
            assertThat(routing.written(GOLD).sla()).isNull();
            assertThat(routing.written("silver").sla()).isNull();

            routing.snapshot(1, NOW);
            assertThat(routing.written(GOLD).sla().t).isOne();
            assertThat(routing.written("silver").sla().t).isOne();

            routing.request("silver", "b");
            routing.request("silver", "c");
            routing.request(GOLD, "b");
            assertThat(routing.written(GOLD).sla().t).isOne();
            assertThat(routing.written("silver").sla().t).isOne();
            routing.request(GOLD, "c");
            Object key = routing.currentKey();
            routing.snapshot(2, NOW);
            assertThat(routing.currentKey()).isEqualTo(key).isEqualTo(GOLD);
            assertThat(routing.written(GOLD).sla().t).isEqualTo(3);
            assertThat(routing.written("silver").sla().t).isEqualTo(3);
        }
    }

    /** Whose shards have a request each, and whose first has learned. */
    private static OperatorSubtaskState snapshotOfFour() throws Exception {
        try (RouteHarness routing = RouteHarness.start(FOUR)) {
            for (int shard = 0; shard < 4; shard++) {
                routing.request(GOLD, idOf(FOUR, shard, 1));
            }
            routing.request(GOLD, idOf(FOUR, 0, 2));
            routing.feedback(scored(GOLD, idOf(FOUR, 0, 2), SMALL, 0.1, 9, true));
            return routing.snapshot();
        }
    }

    private static void sendToShard0(
            RouteHarness routing, Feedback feedback, double servedScore, float[] features)
            throws Exception {
        SlaRouting gold = TWO.slas().get(GOLD);
        ShardExchange exchange = new ShardExchange(gold.sla(), gold.rule());
        Observation seen;
        if (feedback instanceof Measurement measurement) {
            seen = measurement.observation();
            if (measurement.unavailableMillis() > 0) {
                exchange.markUnavailable(
                        1, measurement.model(), NOW + measurement.unavailableMillis());
            }
        } else {
            seen = ((Label) feedback).observation();
        }
        exchange.add(1, new Prompt(features, 10, 0), seen);
        if (!Double.isNaN(servedScore)) {
            exchange.addServed(1, servedScore);
        }
        OutcomeSums sums = exchange.drain()[0];
        if (sums != null) {
            routing.receive(ShardFeedback.ofOthers(key(TWO, 0), sums));
        }
    }

    private static RoutingConfig shards(int count) {
        return config(sharded(exploiting(), count), GOLD);
    }

    private static String key(RoutingConfig config, int shard) {
        return config.shards().keys(GOLD)[shard];
    }

    /** The n-th of the ids that belong to a shard. */
    private static String idOf(RoutingConfig config, int shard, int n) {
        return IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> "r" + i)
                .filter(id -> config.shards().key(GOLD, id).equals(key(config, shard)))
                .skip(n - 1)
                .findFirst()
                .orElseThrow();
    }
}
