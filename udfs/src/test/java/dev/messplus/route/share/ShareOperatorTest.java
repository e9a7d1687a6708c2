package dev.messplus.route.share;

import static dev.messplus.fixture.FeedbackFixtures.assumed;
import static dev.messplus.fixture.FeedbackFixtures.correction;
import static dev.messplus.fixture.FeedbackFixtures.failed;
import static dev.messplus.fixture.FeedbackFixtures.from;
import static dev.messplus.fixture.FeedbackFixtures.label;
import static dev.messplus.fixture.FeedbackFixtures.ofDecision;
import static dev.messplus.fixture.FeedbackFixtures.provisional;
import static dev.messplus.fixture.FeedbackFixtures.scored;
import static dev.messplus.fixture.FeedbackFixtures.served;
import static dev.messplus.fixture.FeedbackFixtures.unavailable;
import static dev.messplus.fixture.FeedbackFixtures.unscored;
import static dev.messplus.route.share.ShareOperator.EXCHANGE_INTERVAL_MILLIS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.core.Sla;
import dev.messplus.core.shard.ModelSums;
import dev.messplus.core.shard.OutcomeSums;
import dev.messplus.core.stream.StreamRule;
import dev.messplus.fixture.Fixtures;
import dev.messplus.fixture.UnchangedRecords;
import dev.messplus.record.EmbeddedRequest;
import dev.messplus.record.Feedback;
import dev.messplus.record.FeedbackRecord;
import dev.messplus.record.Label;
import dev.messplus.record.Measurement;
import dev.messplus.route.config.RoutingConfig;
import dev.messplus.route.config.RoutingConfig.SlaRouting;
import dev.messplus.route.config.RoutingConfig.ZooModel;
import dev.messplus.route.config.Shards;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the shards of an SLA hear of each other's requests, and when. */
class ShareOperatorTest {

    private static final String GOLD = "gold";
    private static final String SMALL = "small";
    private static final String LARGE = "large";
    private static final long TIMEOUT = 60_000;
    private static final float[] FEATURES = {0.25f, -1};
    private static final int PROMPT_TOKENS = 17;
    private static final int MAX_TOKENS = 200;
    private static final double NOTHING = Double.NaN;

    /** When a harness is started, in milliseconds since the epoch: a multiple of the interval. */
    private static final long START = 1_000_000;

    private static final RoutingConfig CONFIG = embeddedBy("test");

    private static final String[] KEYS = CONFIG.shards().keys(GOLD);

    private Subtask subtask;

    @BeforeEach
    void start() throws Exception {
        subtask = new Subtask(CONFIG, null);
    }

    @AfterEach
    void close() throws Exception {
        subtask.close();
    }

    /**
     * What other shards hear of one feedback record on one model's answer.
     *
     * @param score sum of the labels; {@code NaN} without any
     * @param joules sum of the measurements; {@code NaN} without any
     * @param servedScore sum of the scores of served answers; {@code NaN} without any
     */
    private record Heard(double score, double joules, double servedScore) {

        static Heard of(OutcomeSums sums, String model) {
            ModelSums ofModel = sums.models.getOrDefault(model, new ModelSums());
            return new Heard(
                    ofModel.labels.labels == 0 ? NOTHING : ofModel.labels.scoreSum,
                    ofModel.energy.measurements == 0 ? NOTHING : ofModel.energy.totalJoules,
                    sums.served == 0 ? NOTHING : sums.servedScoreSum);
        }
    }

    private static final Heard NO_NEWS = new Heard(NOTHING, NOTHING, NOTHING);

    @Test
    void feedbackGoesToItsOwnShardAtOnceAndToTheOthersAsSumsWithTheClock() throws Exception {
        subtask.request("a");
        Measurement reported = scored(GOLD, "a", SMALL, 0.5, 9, false);

        assertThat(subtask.receive(reported)).containsExactly(own(ownKey("a"), reported));
        assertThat(subtask.advanceTo(START + EXCHANGE_INTERVAL_MILLIS - 1)).isEmpty();

        List<ShardFeedback> out = subtask.advanceTo(START + EXCHANGE_INTERVAL_MILLIS);
        assertThat(out.stream().map(ShardFeedback::key))
                .containsExactlyInAnyOrderElementsOf(keysOfOthers("a"));
        assertThat(out)
                .allSatisfy(
                        news -> {
                            assertThat(news.isOwn()).isFalse();
                            ModelSums small = news.ofOthers().models.get(SMALL);
                            assertThat(small.labels.labels).isOne();
                            assertThat(small.labels.scoreSum).isEqualTo(0.5);
                            assertThat(small.labels.features).containsExactly(FEATURES);
                            assertThat(small.labels.scores).containsExactly(0.5);
                            assertThat(small.energy.joules.meanPromptTokens())
                                    .isEqualTo(PROMPT_TOKENS);
                        });
        assertThat(subtask.advanceTo(START + 10 * EXCHANGE_INTERVAL_MILLIS)).isEmpty();
    }

    @Test
    void everyShardGetsOneElementWhateverTheNumberOfLabels() throws Exception {
        for (String id : idsOfAllShards()) {
            subtask.request(id);
            subtask.receive(scored(GOLD, id, SMALL, 0.5, 9, true));
        }
        List<ShardFeedback> out = subtask.advanceTo(START + EXCHANGE_INTERVAL_MILLIS);
        assertThat(out.stream().map(ShardFeedback::key)).containsExactlyInAnyOrder(KEYS);
        assertThat(out)
                .allSatisfy(
                        news ->
                                assertThat(Heard.of(news.ofOthers(), SMALL))
                                        .isEqualTo(new Heard(1.5, 27, 1.5)));
    }

    @Test
    void othersLearnNothingOfAnAnswerThatAFailureUndid() throws Exception {
        subtask.request("a");
        Measurement undone =
                scored(GOLD, "a", SMALL, 0.5, 9, true).written("earlier start of the job", 3);
        assertThat(subtask.receive(undone)).containsExactly(own(ownKey("a"), undone));
        assertThat(subtask.tick()).isEmpty();
        // The answer in its place is shared.
        subtask.receive(scored(GOLD, "a", SMALL, 0.7, 9, true));
        assertThat(subtask.tick()).hasSize(KEYS.length - 1);
    }

    @Test
    void nothingWaitsAcrossACheckpoint() throws Exception {
        subtask.request("a");
        subtask.receive(label(GOLD, "a", SMALL, 0.5));
        assertThat(subtask.beforeBarrier()).hasSize(KEYS.length - 1);
        assertThat(subtask.beforeBarrier()).isEmpty();
        assertThat(subtask.advanceTo(START + EXCHANGE_INTERVAL_MILLIS)).isEmpty();
        // The clock still runs for what comes later.
        subtask.receive(label(GOLD, "a", LARGE, 0.5));
        assertThat(subtask.advanceTo(START + 2 * EXCHANGE_INTERVAL_MILLIS))
                .hasSize(KEYS.length - 1);
    }

    @Test
    void nothingIsLeftAtTheEndOfTheFeedback() throws Exception {
        subtask.request("a");
        subtask.receive(label(GOLD, "a", SMALL, 0.5));
        assertThat(subtask.end(1)).isEmpty();
        assertThat(subtask.end(2)).hasSize(KEYS.length - 1);
    }

    @Test
    void manyLabelsDoNotWaitForTheClock() throws Exception {
        List<ShardFeedback> sent = new ArrayList<>();
        int reported = 0;
        while (sent.isEmpty()) {
            String id = "r" + reported++;
            subtask.request(id);
            sent.addAll(
                    subtask.receive(label(GOLD, id, SMALL, 0.5)).stream()
                            .filter(news -> !news.isOwn())
                            .toList());
        }
        assertThat(reported).isEqualTo((int) ShareOperator.MAX_OUTCOMES);
        assertThat(sent).hasSize(KEYS.length);
        assertThat(
                        sent.stream()
                                .mapToLong(news -> news.ofOthers().models.get(SMALL).labels.labels)
                                .sum())
                .isEqualTo((KEYS.length - 1) * ShareOperator.MAX_OUTCOMES);
    }

    @ParameterizedTest
    @CsvSource({"0, 1.0", "1, 0.25", "3, 0.75"})
    void subtasksTakeTurns(int index, double afterIntervals) throws Exception {
        long afterMillis = (long) (afterIntervals * EXCHANGE_INTERVAL_MILLIS);
        subtask.close();
        subtask = new Subtask(CONFIG, null, 4, index);
        String id =
                IntStream.iterate(0, i -> i + 1)
                        .mapToObj(i -> "r" + i)
                        .filter(subtask::isResponsibleFor)
                        .findFirst()
                        .orElseThrow();
        subtask.request(id);
        subtask.receive(label(GOLD, id, SMALL, 0.5));
        assertThat(subtask.advanceTo(START + afterMillis - 1)).isEmpty();
        assertThat(subtask.advanceTo(START + afterMillis)).hasSize(KEYS.length - 1);
    }

    @Test
    void labelsAndMeasurementsAreSharedOnceWhateverIsRepeated() throws Exception {
        subtask.request("a");
        Feedback both = scored(GOLD, "a", SMALL, 0.5, 9, false);
        assertThat(heard(both)).isEqualTo(new Heard(0.5, 9, NOTHING));

        assertThat(heard(both)).isEqualTo(NO_NEWS);
        assertThat(heard(label(GOLD, "a", SMALL, 0.9))).isEqualTo(NO_NEWS);
        // A request that is read again is the same request.
        subtask.request("a");
        assertThat(heard(both)).isEqualTo(NO_NEWS);
        // Another model is another matter.
        Measurement large = scored(GOLD, "a", LARGE, 0.7, 90, false);
        assertThat(heard(large)).isEqualTo(new Heard(0.7, 90, NOTHING));
        assertThat(heard(large)).isEqualTo(NO_NEWS);
        // Its own shard sees all of it, and drops repeats itself.
        assertThat(subtask.receive(large)).containsExactly(own(ownKey("a"), large));
    }

    @Test
    void labelAndMeasurementOfOneAnswerMayComeApart() throws Exception {
        subtask.request("a");
        assertThat(heard(label(GOLD, "a", SMALL, 0.5))).isEqualTo(new Heard(0.5, NOTHING, NOTHING));
        assertThat(heard(scored(GOLD, "a", SMALL, 0.8, 9, false)))
                .isEqualTo(new Heard(NOTHING, 9, NOTHING));
    }

    @Test
    void joulesThatNobodyMeasuredAreNotShared() throws Exception {
        subtask.request("a");
        assertThat(heard(assumed(served(GOLD, "a", SMALL, 9)))).isEqualTo(NO_NEWS);
    }

    /** The other shards have heard nothing of its joules: they were provisional. */
    @Test
    void aCorrectionIsSharedWhateverIsKnownOfTheRequest() throws Exception {
        Measurement reported = provisional(served(GOLD, "a", SMALL, 9));
        assertThat(heard(correction(reported, 12, 1, 0)))
                .isEqualTo(new Heard(NOTHING, 12, NOTHING));
    }

    /** Otherwise each new name would be remembered until the next restart. */
    @Test
    void nothingIsSharedOfAModelThatIsNotInTheZoo() throws Exception {
        subtask.request("a");
        Measurement gone = served(GOLD, "a", "gone", 9);
        assertThat(news(gone).models).isEmpty();
        assertThat(news(correction(gone, 12, 1, 0)).models).isEmpty();
    }

    @Test
    void accuracyOfTheAnswerIsHeardOnceItIsKnownWhichWasServed() throws Exception {
        subtask.request("score first");
        assertThat(servedScore(label(GOLD, "score first", SMALL, 0.5))).isNaN();
        assertThat(servedScore(label(GOLD, "score first", LARGE, 0.8))).isNaN();
        assertThat(servedScore(served(GOLD, "score first", LARGE, 90))).isEqualTo(0.8);

        subtask.request("served first");
        assertThat(servedScore(served(GOLD, "served first", LARGE, 90))).isNaN();
        assertThat(servedScore(label(GOLD, "served first", SMALL, 0.5))).isNaN();
        assertThat(servedScore(label(GOLD, "served first", LARGE, 0.8))).isEqualTo(0.8);

        subtask.request("at once");
        assertThat(servedScore(scored(GOLD, "at once", SMALL, 0.5, 9, true))).isEqualTo(0.5);
    }

    @Test
    void accuracyOfTheAnswerIsHeardNoSecondTime() throws Exception {
        subtask.request("a");
        // Explored: the small model's label is missing, so more can come.
        heard(unscored(scored(GOLD, "a", SMALL, 0.5, 9, false)));
        assertThat(servedScore(scored(GOLD, "a", LARGE, 0.8, 90, true))).isEqualTo(0.8);
        assertThat(servedScore(scored(GOLD, "a", LARGE, 0.8, 90, true))).isNaN();
        assertThat(servedScore(label(GOLD, "a", LARGE, 0.1))).isNaN();
        // The first that was said to be served is.
        assertThat(servedScore(served(GOLD, "a", SMALL, 9))).isNaN();
        assertThat(servedScore(label(GOLD, "a", SMALL, 0.5))).isNaN();
    }

    @Test
    void requestThatGotNoAnswerHasNoAccuracyAndIsOver() throws Exception {
        subtask.request("a");
        assertThat(heard(failed(GOLD, "a", SMALL, false))).isEqualTo(NO_NEWS);
        assertThat(subtask.requestsKept()).isOne();

        assertThat(heard(failed(GOLD, "a", LARGE, true))).isEqualTo(NO_NEWS);
        assertThat(subtask.requestsKept()).isZero();
    }

    @Test
    void nothingIsKeptOfARequestWhoseLabelsAreAllIn() throws Exception {
        subtask.request("served");
        heard(scored(GOLD, "served", SMALL, 1, 9, true));
        assertThat(subtask.requestsKept()).isZero();

        subtask.request("explored");
        heard(served(GOLD, "explored", LARGE, 90));
        heard(scored(GOLD, "explored", SMALL, 0.5, 9, false));
        assertThat(subtask.requestsKept()).isOne();
        heard(label(GOLD, "explored", LARGE, 1));
        assertThat(subtask.requestsKept()).isZero();

        subtask.request("fell back");
        heard(failed(GOLD, "fell back", SMALL, false));
        heard(scored(GOLD, "fell back", LARGE, 1, 90, true));
        assertThat(subtask.requestsKept()).isZero();

        // What still comes is for its own shard to count.
        assertThat(heard(label(GOLD, "served", SMALL, 1))).isEqualTo(NO_NEWS);
    }

    @Test
    void featuresThatSomethingElseMadeAreNotTold() throws Exception {
        subtask.request("a");
        subtask = subtask.restored(embeddedBy("another"));

        ModelSums small = news(label(GOLD, "a", SMALL, 0.5)).models.get(SMALL);
        assertThat(small.labels.labels).isOne();
        assertThat(small.labels.rows).isZero();

        subtask.request("b");
        assertThat(news(label(GOLD, "b", SMALL, 0.5)).models.get(SMALL).labels.rows).isOne();
    }

    /** Of an answer that a failure undid nobody may ever say how good it was. */
    @Test
    void whatAnUndoneDecisionAskedForIsNotWaitedFor() throws Exception {
        subtask.request("a");
        heard(ofDecision(served(GOLD, "a", LARGE, 90), 1));
        heard(ofDecision(failed(GOLD, "a", SMALL, false), 1));

        heard(ofDecision(served(GOLD, "a", SMALL, 9), 2));
        assertThat(subtask.requestsKept()).isOne();

        assertThat(servedScore(label(GOLD, "a", SMALL, 0.5))).isEqualTo(0.5);
        assertThat(subtask.requestsKept()).isZero();
    }

    @Test
    void requestIsForgottenAfterTheTimeout() throws Exception {
        subtask.request("a");
        subtask.harness.setStateTtlProcessingTime(TIMEOUT - 1);
        assertThat(heard(label(GOLD, "a", SMALL, 1))).isNotEqualTo(NO_NEWS);
        // Feedback with news prolongs it.
        subtask.harness.setStateTtlProcessingTime(2 * TIMEOUT - 2);
        assertThat(heard(label(GOLD, "a", LARGE, 1))).isNotEqualTo(NO_NEWS);
        subtask.harness.setStateTtlProcessingTime(3 * TIMEOUT - 2);
        assertThat(heard(served(GOLD, "a", SMALL, 9))).isEqualTo(NO_NEWS);
    }

    @Test
    void feedbackOnAnUnknownRequestIsForItsOwnShardOnly() throws Exception {
        Measurement reported = scored(GOLD, "unknown", SMALL, 1, 9, true);
        assertThat(subtask.receive(reported)).containsExactly(own(ownKey("unknown"), reported));
        assertThat(subtask.tick()).isEmpty();
    }

    @Test
    void unavailabilityReachesAllShardsWhateverIsKnownOfTheRequest() throws Exception {
        Measurement reported = unavailable(failed(GOLD, "unknown", SMALL, true), 5_000);
        assertThat(news(reported).models.get(SMALL).unavailableUntilMillis)
                .isEqualTo(START + 5_000);

        subtask.request("a");
        Measurement known = unavailable(failed(GOLD, "a", SMALL, false), 5_000);
        long later = subtask.nowMillis() + 5_000;
        assertThat(news(known).models.get(SMALL).unavailableUntilMillis).isEqualTo(later);
    }

    @Test
    void whereJoulesComeFromIsTold() throws Exception {
        subtask.request("a");
        Measurement reported = from("tokens (estimated)", served(GOLD, "a", SMALL, 9));
        assertThat(news(reported).models.get(SMALL).energyEstimated).isTrue();
    }

    @Test
    void slaThatIsNotSplitHasNobodyToShareWith() throws Exception {
        Measurement reported = unavailable(failed("silver", "a", SMALL, true), 5_000);
        assertThat(subtask.receive(reported)).containsExactly(own("silver", reported));
        assertThat(subtask.tick()).isEmpty();
    }

    /** Its feedback can still be in the channels of a checkpoint, or on the topic. */
    @Test
    void feedbackForAnSlaThatWasRemovedEndsNoRestart() throws Exception {
        subtask.request("a");
        subtask.request("b");
        subtask =
                subtask.restored(
                        new RoutingConfig(
                                List.of(ZooModel.of(SMALL)),
                                Map.of("silver", split(2)),
                                "test",
                                TIMEOUT));
        subtask.request("c");

        Label label = label(GOLD, "a", SMALL, 1);
        assertThat(subtask.receive(label)).containsExactly(own(GOLD, label));
        Measurement news = unavailable(failed(GOLD, "b", SMALL, true), 5_000);
        assertThat(subtask.receive(news)).containsExactly(own(GOLD, news));
        assertThat(subtask.tick()).isEmpty();
        assertThat(subtask.requestsKept()).isZero();
    }

    @Test
    void whatWasSharedIsNotSharedAgainAfterARestore() throws Exception {
        subtask.request("a");
        Measurement small = scored(GOLD, "a", SMALL, 0.5, 9, false);
        Measurement large = unscored(scored(GOLD, "a", LARGE, 0.8, 90, true));
        heard(small);
        heard(large);
        subtask = subtask.restored(CONFIG);

        subtask.request("a");
        assertThat(heard(small)).isEqualTo(NO_NEWS);
        assertThat(heard(large)).isEqualTo(NO_NEWS);
        assertThat(heard(label(GOLD, "a", LARGE, 0.8))).isEqualTo(new Heard(0.8, NOTHING, 0.8));
        assertThat(subtask.requestsKept()).isZero();
    }

    private double servedScore(Feedback feedback) throws Exception {
        return heard(feedback).servedScore();
    }

    private Heard heard(Feedback feedback) throws Exception {
        return Heard.of(news(feedback), feedback.model());
    }

    /** What the other shards receive, which is the same for all of them. */
    private OutcomeSums news(Feedback feedback) throws Exception {
        assertThat(subtask.receive(feedback))
                .containsExactly(own(ownKey(feedback.requestId()), feedback));
        List<ShardFeedback> others = subtask.tick();
        if (others.isEmpty()) {
            return new OutcomeSums();
        }
        assertThat(others.stream().map(ShardFeedback::key))
                .containsExactlyInAnyOrderElementsOf(keysOfOthers(feedback.requestId()));
        assertThat(others)
                .allSatisfy(
                        news ->
                                assertThat(news.ofOthers())
                                        .usingRecursiveComparison()
                                        .withEqualsForType(Double::equals, Double.class)
                                        .isEqualTo(others.get(0).ofOthers()));
        return others.get(0).ofOthers();
    }

    /** Gold has four shards, and silver is not split. */
    private static RoutingConfig embeddedBy(String embedding) {
        return new RoutingConfig(
                List.of(ZooModel.of(SMALL), ZooModel.of(LARGE)),
                Map.of(GOLD, split(4), "silver", split(1)),
                embedding,
                TIMEOUT);
    }

    private static SlaRouting split(int shards) {
        return new SlaRouting(
                Sla.custom(0.6).shards(shards).build(), StreamRule.Config.ofDefaults(), 0);
    }

    private static ShardFeedback own(String key, Feedback feedback) {
        return ShardFeedback.own(key, FeedbackRecord.of(feedback));
    }

    private static String ownKey(String id) {
        return CONFIG.shards().key(GOLD, id);
    }

    private static List<String> keysOfOthers(String id) {
        return Stream.of(KEYS).filter(key -> !key.equals(ownKey(id))).toList();
    }

    /** An id for each shard. */
    private static List<String> idsOfAllShards() {
        return Stream.of(KEYS)
                .map(
                        key ->
                                IntStream.iterate(0, i -> i + 1)
                                        .mapToObj(i -> "r" + i)
                                        .filter(id -> ownKey(id).equals(key))
                                        .findFirst()
                                        .orElseThrow())
                .toList();
    }

    /** One subtask on RocksDB. */
    private static final class Subtask implements AutoCloseable {

        private final KeyedTwoInputStreamOperatorTestHarness<
                        String, EmbeddedRequest, FeedbackRecord, ShardFeedback>
                harness;
        private final ShareOperator operator;
        private final UnchangedRecords records = new UnchangedRecords();
        private final int subtasks;
        private final int index;

        /** A subtask that goes on from a snapshot; {@code null} for nothing. */
        Subtask(RoutingConfig config, OperatorSubtaskState snapshot) throws Exception {
            this(config, snapshot, 1, 0);
        }

        Subtask(RoutingConfig config, OperatorSubtaskState snapshot, int subtasks, int index)
                throws Exception {
            this.subtasks = subtasks;
            this.index = index;
            // As a cluster gets it: serialised.
            operator = InstantiationUtil.clone(new ShareOperator(config));
            harness =
                    new KeyedTwoInputStreamOperatorTestHarness<>(
                            operator,
                            request ->
                                    ShareOperator.key(
                                            request.request().sla(), request.request().id()),
                            record ->
                                    ShareOperator.key(
                                            record.feedback().sla(), record.feedback().requestId()),
                            Types.STRING,
                            Shards.MAX,
                            subtasks,
                            index);
            var rocks = new EmbeddedRocksDBStateBackend();
            // The harness has less memory to manage than RocksDB's least.
            rocks.getMemoryConfiguration().setUseManagedMemory(false);
            harness.setStateBackend(rocks);
            harness.initializeState(snapshot);
            harness.open();
            harness.setProcessingTime(START);
        }

        /** Another subtask with the state of this one, which it closes. */
        Subtask restored(RoutingConfig config) throws Exception {
            OperatorSubtaskState snapshot = harness.snapshot(1, 1);
            close();
            return new Subtask(config, snapshot);
        }

        boolean isResponsibleFor(String id) {
            return KeyGroupRangeAssignment.assignKeyToParallelOperator(
                            ShareOperator.key(GOLD, id), Shards.MAX, subtasks)
                    == index;
        }

        void request(String id) throws Exception {
            var prompt = Fixtures.prompt(id).maxTokens(MAX_TOKENS).build();
            harness.processElement1(
                    new StreamRecord<>(
                            records.watch(EmbeddedRequest.of(prompt, FEATURES, PROMPT_TOKENS))));
        }

        /** What comes of feedback at once. */
        List<ShardFeedback> receive(Feedback feedback) throws Exception {
            harness.processElement2(new StreamRecord<>(records.watch(FeedbackRecord.of(feedback))));
            return output();
        }

        /** What comes when the clock moves on by an interval. */
        List<ShardFeedback> tick() throws Exception {
            return advanceTo(nowMillis() + EXCHANGE_INTERVAL_MILLIS);
        }

        /** What comes until a time. */
        List<ShardFeedback> advanceTo(long millis) throws Exception {
            harness.setProcessingTime(millis);
            return output();
        }

        List<ShardFeedback> beforeBarrier() throws Exception {
            harness.prepareSnapshotPreBarrier(1);
            return output();
        }

        List<ShardFeedback> end(int input) {
            operator.endInput(input);
            return output();
        }

        long nowMillis() {
            return harness.getProcessingTime();
        }

        private List<ShardFeedback> output() {
            List<ShardFeedback> said = new ArrayList<>(harness.extractOutputValues());
            harness.getOutput().clear();
            said.forEach(records::watch);
            return said;
        }

        /** Requests in the state. */
        long requestsKept() {
            try (Stream<String> keys =
                    operator.<String>getKeyedStateBackend()
                            .getKeys("request", VoidNamespace.INSTANCE)) {
                return keys.count();
            }
        }

        @Override
        public void close() throws Exception {
            harness.close();
            records.verify();
        }
    }
}
