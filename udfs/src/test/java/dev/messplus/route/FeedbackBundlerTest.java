package dev.messplus.route;

import static dev.messplus.route.FeedbackBundler.BUNDLE_MILLIS;
import static dev.messplus.route.FeedbackBundler.MAX_BUNDLE;
import static dev.messplus.route.FeedbackBundler.MAX_HELD;
import static dev.messplus.route.FeedbackBundler.MAX_WAIT_MILLIS;
import static dev.messplus.route.FeedbackBundler.TURNS_AHEAD;
import static dev.messplus.route.FeedbackBundler.WATERMARK_MILLIS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.core.shard.OutcomeSums;
import dev.messplus.fixture.FeedbackFixtures;
import dev.messplus.record.Feedback;
import dev.messplus.record.FeedbackRecord;
import dev.messplus.route.share.ShardFeedback;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When feedback goes on to the routing, and how much of it at once. */
class FeedbackBundlerTest {

    private static final String GOLD = "gold";

    private final List<ShardFeedback> read = new ArrayList<>();

    private OneInputStreamOperatorTestHarness<ShardFeedback, FeedbackBundle> bundler;
    private long nowMillis = 1_000_000;

    @BeforeEach
    void open() throws Exception {
        bundler = new OneInputStreamOperatorTestHarness<>(new FeedbackBundler());
        bundler.setProcessingTime(nowMillis);
        bundler.open();
    }

    @AfterEach
    void close() throws Exception {
        bundler.close();
    }

    @Test
    void feedbackOfAKeyComesInOneElementAndInOrder() throws Exception {
        label(GOLD);
        label("silver");
        pass(BUNDLE_MILLIS - 1);
        label(GOLD);
        assertThat(sent()).isEmpty();
        pass(1);
        assertThat(sent()).containsExactly(bundle(GOLD, 0, 2), bundle("silver", 1));
    }

    @Test
    void nextBundleWaitsForItsOwnTime() throws Exception {
        label(GOLD);
        pass(BUNDLE_MILLIS);
        pass(100);
        label(GOLD);
        pass(BUNDLE_MILLIS - 1);
        assertThat(sent()).containsExactly(bundle(GOLD, 0));
        pass(1);
        assertThat(sent()).containsExactly(bundle(GOLD, 1));
    }

    @Test
    void thereAreNoMoreBundlesThanAnsweredRequests() throws Exception {
        spendTurns();
        label(GOLD);
        pass(BUNDLE_MILLIS);
        label(GOLD);
        pass(BUNDLE_MILLIS);
        assertThat(sent()).isEmpty();

        answer(GOLD);
        pass(BUNDLE_MILLIS);

        int first = read.size() - 3;
        assertThat(sent()).containsExactly(bundle(GOLD, first, first + 1, first + 2));
        label(GOLD);
        pass(BUNDLE_MILLIS);
        assertThat(sent()).isEmpty();
    }

    @Test
    void turnsGoToTheBundleThatWaitsLongest() throws Exception {
        spendTurns();
        label("silver");
        answer(GOLD);
        pass(BUNDLE_MILLIS);
        assertThat(sent()).extracting(FeedbackBundle::key).containsExactly("silver");
        answer("bronze");
        pass(BUNDLE_MILLIS);
        assertThat(sent()).extracting(FeedbackBundle::key).containsExactly(GOLD);
    }

    @Test
    void sumsOfOtherShardsEarnNoTurn() throws Exception {
        spendTurns();
        read(ShardFeedback.ofOthers(GOLD, new OutcomeSums()));
        pass(BUNDLE_MILLIS);
        assertThat(sent()).isEmpty();
    }

    @Test
    void turnsAreNotSavedUpWithoutLimit() throws Exception {
        for (int i = 0; i < 5 * TURNS_AHEAD; i++) {
            answer(GOLD);
            pass(BUNDLE_MILLIS);
        }
        assertThat(sent()).hasSize(5 * TURNS_AHEAD);
        spendTurns();
        label(GOLD);
        pass(BUNDLE_MILLIS);
        assertThat(sent()).isEmpty();
    }

    @Test
    void labelWaitsOnlySoLongForATurn() throws Exception {
        spendTurns();
        label(GOLD);
        pass(MAX_WAIT_MILLIS - 1);
        assertThat(sent()).isEmpty();
        pass(BUNDLE_MILLIS);
        assertThat(sent()).hasSize(1);
    }

    @Test
    void largeBundlesGoAtOnce() throws Exception {
        spendTurns();
        for (int i = 0; i < MAX_BUNDLE; i++) {
            label(GOLD);
        }
        assertThat(sent())
                .singleElement()
                .extracting(b -> b.feedback().size())
                .isEqualTo(MAX_BUNDLE);
    }

    @Test
    void allGoWhenManyAreHeld() throws Exception {
        spendTurns();
        for (int i = 0; i < MAX_HELD - 1; i++) {
            label("sla" + i % 100);
        }
        assertThat(sent()).isEmpty();
        label(GOLD);
        assertThat(sent()).hasSize(101);
    }

    @Test
    void nothingIsHeldAcrossABarrier() throws Exception {
        spendTurns();
        label(GOLD);
        bundler.prepareSnapshotPreBarrier(1);
        assertThat(sent()).hasSize(1);
        bundler.snapshot(1, nowMillis);
    }

    @Test
    void nothingIsHeldAtTheEnd() throws Exception {
        spendTurns();
        label(GOLD);
        bundler.processWatermark(new Watermark(5));
        bundler.endInput();
        assertThat(output()).hasSize(2).last().isEqualTo(new Watermark(5));
    }

    @Test
    void watermarkFollowsTheLabelsBeforeIt() throws Exception {
        label(GOLD);
        bundler.processWatermark(new Watermark(5));
        assertThat(output()).isEmpty();
        pass(BUNDLE_MILLIS);
        assertThat(output()).containsExactly(new StreamRecord<>(bundle(GOLD, 0)), new Watermark(5));
    }

    @Test
    void watermarksTakeFewTurns() throws Exception {
        bundler.processWatermark(new Watermark(5));
        assertThat(output()).containsExactly(new Watermark(5));
        bundler.processWatermark(new Watermark(6));
        pass(WATERMARK_MILLIS / 2);
        bundler.processWatermark(new Watermark(7));
        assertThat(output()).isEmpty();
        pass(WATERMARK_MILLIS / 2 + BUNDLE_MILLIS);
        assertThat(output()).containsExactly(new Watermark(7));
    }

    @Test
    void lastWatermarkIsSentAtOnceWithAllThereIs() throws Exception {
        spendTurns();
        label(GOLD);
        bundler.processWatermark(Watermark.MAX_WATERMARK);
        assertThat(output()).hasSize(2).last().isEqualTo(Watermark.MAX_WATERMARK);
    }

    @Test
    void watermarkIsNotLostWhenTheInputFallsIdle() throws Exception {
        bundler.processWatermark(new Watermark(5));
        bundler.processWatermark(new Watermark(6));
        bundler.processWatermarkStatus(WatermarkStatus.IDLE);
        assertThat(output())
                .containsExactly(new Watermark(5), new Watermark(6), WatermarkStatus.IDLE);
    }

    private void spendTurns() throws Exception {
        for (int i = 0; i < TURNS_AHEAD; i++) {
            label(GOLD);
            pass(BUNDLE_MILLIS);
        }
        output();
    }

    private void label(String key) throws Exception {
        read(own(key, FeedbackFixtures.label(key, "r", RouteHarness.SMALL, 1)));
    }

    /** A request was answered. */
    private void answer(String key) throws Exception {
        read(own(key, FeedbackFixtures.served(key, "r", RouteHarness.SMALL, 9)));
    }

    private static ShardFeedback own(String key, Feedback feedback) {
        return ShardFeedback.own(key, FeedbackRecord.of(feedback));
    }

    private void read(ShardFeedback feedback) throws Exception {
        read.add(feedback);
        bundler.processElement(new StreamRecord<>(feedback));
    }

    private void pass(long millis) throws Exception {
        nowMillis += millis;
        bundler.setProcessingTime(nowMillis);
    }

    private FeedbackBundle bundle(String key, int... elements) {
        List<ShardFeedback> feedback = new ArrayList<>();
        for (int element : elements) {
            feedback.add(read.get(element));
        }
        return new FeedbackBundle(key, feedback);
    }

    /** The bundles since the last look. */
    private List<FeedbackBundle> sent() {
        return output().stream()
                .filter(StreamRecord.class::isInstance)
                .map(element -> (FeedbackBundle) ((StreamRecord<?>) element).getValue())
                .toList();
    }

    /** All elements since the last look. */
    private List<Object> output() {
        List<Object> elements = new ArrayList<>(bundler.getOutput());
        bundler.getOutput().clear();
        return elements;
    }
}
