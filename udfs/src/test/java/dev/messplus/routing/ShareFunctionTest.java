package dev.messplus.routing;

import static dev.messplus.routing.RouteHarness.LARGE;
import static dev.messplus.routing.RouteHarness.SMALL;
import static dev.messplus.routing.RouteHarness.TIMEOUT;
import static dev.messplus.routing.RouteHarness.config;
import static dev.messplus.routing.RouteHarness.embedding;
import static dev.messplus.routing.RouteHarness.exploring;
import static dev.messplus.routing.RouteHarness.failed;
import static dev.messplus.routing.RouteHarness.label;
import static dev.messplus.routing.RouteHarness.ofDecision;
import static dev.messplus.routing.RouteHarness.scored;
import static dev.messplus.routing.RouteHarness.served;
import static dev.messplus.routing.RouteHarness.sharded;
import static dev.messplus.routing.RouteHarness.unavailable;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.core.Prompt;
import dev.messplus.record.EmbeddedRequest;
import dev.messplus.record.Feedback;
import dev.messplus.record.PromptRequestBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the shards of an SLA hear of each other's requests. */
class ShareFunctionTest {

    private static final String GOLD = "gold";
    private static final float[] FEATURES = {0.25f, -1};
    private static final int PROMPT_TOKENS = 17;
    private static final int MAX_TOKENS = 200;
    private static final Prompt PROMPT = new Prompt(FEATURES, PROMPT_TOKENS, MAX_TOKENS);

    /** Silver is not split. */
    private static final RoutingConfig CONFIG =
            config(Map.of(GOLD, sharded(exploring(), 4), "silver", exploring()), SMALL, LARGE);

    private static final String[] KEYS = CONFIG.shards().keys(GOLD);

    private Subtask subtask;

    @BeforeEach
    void start() throws Exception {
        subtask = new Subtask(null);
    }

    @AfterEach
    void close() throws Exception {
        subtask.close();
    }

    @Test
    void feedbackGoesToItsOwnShardAsItIsAndToTheOthersWithThePrompt() throws Exception {
        subtask.request("a");
        Feedback told = scored(GOLD, "a", SMALL, 0.5, 9, false);

        List<ShardFeedback> out = subtask.tell(told);

        assertThat(out).hasSize(KEYS.length);
        assertThat(out.get(0)).isEqualTo(ShardFeedback.own(ownKey("a"), told));
        assertThat(out.stream().map(ShardFeedback::key)).containsExactlyInAnyOrder(KEYS);
        assertThat(others(out))
                .allSatisfy(
                        news -> {
                            assertThat(news.feedback()).isEqualTo(told);
                            assertThat(news.prompt()).usingRecursiveComparison().isEqualTo(PROMPT);
                        });
    }

    @Test
    void labelsAndMeasurementsAreSharedOnceWhateverIsRepeated() throws Exception {
        subtask.request("a");
        Feedback both = scored(GOLD, "a", SMALL, 0.5, 9, false);
        assertThat(news(both).feedback()).isEqualTo(both);

        assertThat(news(both).feedback()).isEqualTo(both.with(null, null));
        assertThat(news(label(GOLD, "a", SMALL, 0.9)).feedback().score()).isNull();
        // A request that is read again is the same request.
        subtask.request("a");
        assertThat(news(both).feedback()).isEqualTo(both.with(null, null));
        // Another model is another matter.
        Feedback large = scored(GOLD, "a", LARGE, 0.7, 90, false);
        assertThat(news(large).feedback()).isEqualTo(large);
        assertThat(news(large).feedback()).isEqualTo(large.with(null, null));
        // Its own shard sees all of it, and drops repeats itself.
        assertThat(subtask.tell(large).get(0)).isEqualTo(ShardFeedback.own(ownKey("a"), large));
    }

    @Test
    void labelAndMeasurementOfOneAnswerMayComeApart() throws Exception {
        subtask.request("a");
        assertThat(news(label(GOLD, "a", SMALL, 0.5)).feedback().score()).isEqualTo(0.5);
        Feedback scored = scored(GOLD, "a", SMALL, 0.8, 9, false);
        assertThat(news(scored).feedback()).isEqualTo(scored.with(null, 9.0));
    }

    @Test
    void accuracyOfTheAnswerIsHeardOnceItIsKnownWhichWasServed() throws Exception {
        subtask.request("score first");
        assertThat(heard(label(GOLD, "score first", SMALL, 0.5))).isNaN();
        assertThat(heard(label(GOLD, "score first", LARGE, 0.8))).isNaN();
        assertThat(heard(served(GOLD, "score first", LARGE, 90))).isEqualTo(0.8);

        subtask.request("served first");
        assertThat(heard(served(GOLD, "served first", LARGE, 90))).isNaN();
        assertThat(heard(label(GOLD, "served first", SMALL, 0.5))).isNaN();
        assertThat(heard(label(GOLD, "served first", LARGE, 0.8))).isEqualTo(0.8);

        subtask.request("at once");
        assertThat(heard(scored(GOLD, "at once", SMALL, 0.5, 9, true))).isEqualTo(0.5);
    }

    @Test
    void accuracyOfTheAnswerIsHeardNoSecondTime() throws Exception {
        subtask.request("a");
        // Explored: the small model's label is missing, so more can come.
        news(scored(GOLD, "a", SMALL, 0.5, 9, false).with(null, 9.0));
        assertThat(heard(scored(GOLD, "a", LARGE, 0.8, 90, true))).isEqualTo(0.8);
        assertThat(heard(scored(GOLD, "a", LARGE, 0.8, 90, true))).isNaN();
        assertThat(heard(label(GOLD, "a", LARGE, 0.1))).isNaN();
        // The first that was said to be served is.
        assertThat(heard(served(GOLD, "a", SMALL, 9))).isNaN();
        assertThat(heard(label(GOLD, "a", SMALL, 0.5))).isNaN();
    }

    @Test
    void requestThatGotNoAnswerHasNoAccuracyAndIsOver() throws Exception {
        subtask.request("a");
        Feedback fallback = failed(GOLD, "a", SMALL, false);
        assertThat(news(fallback).feedback()).isEqualTo(fallback);
        assertThat(subtask.requestsKept()).isOne();

        ShardFeedback last = news(failed(GOLD, "a", LARGE, true));

        assertThat(last.servedScore()).isNaN();
        assertThat(last.feedback().error()).isNotNull();
        assertThat(subtask.requestsKept()).isZero();
    }

    @Test
    void nothingIsKeptOfARequestWhoseLabelsAreAllIn() throws Exception {
        subtask.request("served");
        news(scored(GOLD, "served", SMALL, 1, 9, true));
        assertThat(subtask.requestsKept()).isZero();

        subtask.request("explored");
        news(served(GOLD, "explored", LARGE, 90));
        news(scored(GOLD, "explored", SMALL, 0.5, 9, false));
        assertThat(subtask.requestsKept()).isOne();
        news(label(GOLD, "explored", LARGE, 1));
        assertThat(subtask.requestsKept()).isZero();

        subtask.request("fell back");
        news(failed(GOLD, "fell back", SMALL, false));
        news(scored(GOLD, "fell back", LARGE, 1, 90, true));
        assertThat(subtask.requestsKept()).isZero();

        // What still comes is for its own shard to count.
        assertThat(subtask.tell(label(GOLD, "served", SMALL, 1))).hasSize(1);
    }

    @Test
    void featuresThatSomethingElseMadeAreNotTold() throws Exception {
        subtask.request("a");
        OperatorSubtaskState snapshot = subtask.harness.snapshot(1, 1);
        subtask.close();
        subtask = new Subtask(embedding(CONFIG, "another"), snapshot);
        Feedback told = label(GOLD, "a", SMALL, 0.5);

        ShardFeedback news = news(told);
        assertThat(news.feedback()).isEqualTo(told);
        assertThat(news.prompt().features()).isNull();

        subtask.request("b");
        assertThat(news(label(GOLD, "b", SMALL, 0.5)).prompt().features())
                .containsExactly(FEATURES);
    }

    /** Of an answer that a failure undid nobody may ever say how good it was. */
    @Test
    void whatAnUndoneDecisionAskedForIsNotWaitedFor() throws Exception {
        subtask.request("a");
        news(ofDecision(served(GOLD, "a", LARGE, 90), 1));
        news(ofDecision(failed(GOLD, "a", SMALL, false), 1));

        news(ofDecision(served(GOLD, "a", SMALL, 9), 2));
        assertThat(subtask.requestsKept()).isOne();

        assertThat(heard(label(GOLD, "a", SMALL, 0.5))).isEqualTo(0.5);
        assertThat(subtask.requestsKept()).isZero();
    }

    @Test
    void requestIsForgottenAfterTheTimeout() throws Exception {
        subtask.request("a");
        subtask.harness.setStateTtlProcessingTime(TIMEOUT - 1);
        assertThat(subtask.tell(label(GOLD, "a", SMALL, 1))).hasSize(KEYS.length);
        // Feedback that told something prolongs it.
        subtask.harness.setStateTtlProcessingTime(2 * TIMEOUT - 2);
        assertThat(subtask.tell(label(GOLD, "a", LARGE, 1))).hasSize(KEYS.length);
        subtask.harness.setStateTtlProcessingTime(3 * TIMEOUT - 2);
        assertThat(subtask.tell(served(GOLD, "a", SMALL, 9))).hasSize(1);
    }

    @Test
    void feedbackOnAnUnknownRequestIsForItsOwnShardOnly() throws Exception {
        Feedback told = scored(GOLD, "unknown", SMALL, 1, 9, true);
        assertThat(subtask.tell(told)).containsExactly(ShardFeedback.own(ownKey("unknown"), told));
    }

    @Test
    void unavailabilityReachesAllShards() throws Exception {
        Feedback told = unavailable(failed(GOLD, "unknown", SMALL, true), 5_000);

        List<ShardFeedback> out = subtask.tell(told);

        assertThat(out.stream().map(ShardFeedback::key)).containsExactlyInAnyOrder(KEYS);
        assertThat(out.get(0)).isEqualTo(ShardFeedback.own(ownKey("unknown"), told));
        assertThat(others(out))
                .allSatisfy(
                        news -> {
                            assertThat(news.feedback().unavailableMillis()).isEqualTo(5_000);
                            assertThat(news.prompt().features()).isNull();
                            assertThat(news.servedScore()).isNaN();
                        });

        subtask.request("a");
        Feedback known = unavailable(failed(GOLD, "a", SMALL, false), 5_000);
        assertThat(news(known).feedback().unavailableMillis()).isEqualTo(5_000);
        assertThat(news(known).feedback().unavailableMillis()).isEqualTo(5_000);
    }

    @Test
    void slaThatIsNotSplitHasNobodyToShareWith() throws Exception {
        Feedback told = unavailable(failed("silver", "a", SMALL, true), 5_000);
        assertThat(subtask.tell(told)).containsExactly(ShardFeedback.own("silver", told));
    }

    @Test
    void whatWasSharedIsNotSharedAgainAfterARestore() throws Exception {
        subtask.request("a");
        Feedback small = scored(GOLD, "a", SMALL, 0.5, 9, false);
        Feedback large = scored(GOLD, "a", LARGE, 0.8, 90, true).with(null, 90.0);
        news(small);
        news(large);
        OperatorSubtaskState snapshot = subtask.harness.snapshot(1, 1);
        subtask.close();
        subtask = new Subtask(snapshot);

        subtask.request("a");
        assertThat(news(small).feedback()).isEqualTo(small.with(null, null));
        assertThat(news(large).feedback()).isEqualTo(large.with(null, null));
        ShardFeedback last = news(label(GOLD, "a", LARGE, 0.8));
        assertThat(last.servedScore()).isEqualTo(0.8);
        assertThat(last.feedback().score()).isEqualTo(0.8);
        assertThat(last.prompt()).usingRecursiveComparison().isEqualTo(PROMPT);
        assertThat(subtask.requestsKept()).isZero();
    }

    private double heard(Feedback feedback) throws Exception {
        return news(feedback).servedScore();
    }

    /** What the other shards are told, which is the same for all of them. */
    private ShardFeedback news(Feedback feedback) throws Exception {
        List<ShardFeedback> others = others(subtask.tell(feedback));
        assertThat(others.stream().map(ShardFeedback::key))
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(KEYS)
                                .filter(key -> !key.equals(ownKey(feedback.requestId())))
                                .toList());
        assertThat(others)
                .allSatisfy(
                        news ->
                                assertThat(news)
                                        .usingRecursiveComparison()
                                        .ignoringFields("key")
                                        .withEqualsForType(Double::equals, Double.class)
                                        .isEqualTo(others.get(0)));
        return others.get(0);
    }

    private static List<ShardFeedback> others(List<ShardFeedback> out) {
        return out.stream().filter(told -> !told.own()).toList();
    }

    private static String ownKey(String id) {
        return CONFIG.shards().key(GOLD, id);
    }

    /** One subtask on RocksDB. */
    private static final class Subtask implements AutoCloseable {

        private final KeyedTwoInputStreamOperatorTestHarness<
                        String, EmbeddedRequest, Feedback, ShardFeedback>
                harness;
        private final KeyedCoProcessOperator<String, EmbeddedRequest, Feedback, ShardFeedback>
                operator;

        /** A subtask that goes on from a snapshot; {@code null} for nothing. */
        Subtask(OperatorSubtaskState snapshot) throws Exception {
            this(CONFIG, snapshot);
        }

        Subtask(RoutingConfig config, OperatorSubtaskState snapshot) throws Exception {
            operator =
                    new KeyedCoProcessOperator<>(
                            InstantiationUtil.clone(new ShareFunction(config)));
            harness =
                    new KeyedTwoInputStreamOperatorTestHarness<>(
                            operator,
                            request ->
                                    ShareFunction.key(
                                            request.request().sla(), request.request().id()),
                            feedback -> ShareFunction.key(feedback.sla(), feedback.requestId()),
                            Types.STRING);
            var rocks = new EmbeddedRocksDBStateBackend();
            // The harness has less memory to manage than RocksDB's least.
            rocks.getMemoryConfiguration().setUseManagedMemory(false);
            harness.setStateBackend(rocks);
            harness.initializeState(snapshot);
            harness.open();
        }

        void request(String id) throws Exception {
            var prompt =
                    PromptRequestBuilder.builder(RouteHarness.prompt(id, GOLD))
                            .maxTokens(MAX_TOKENS)
                            .build();
            harness.processElement1(
                    new StreamRecord<>(EmbeddedRequest.of(prompt, FEATURES, PROMPT_TOKENS)));
        }

        /** What comes of feedback. */
        List<ShardFeedback> tell(Feedback feedback) throws Exception {
            harness.getOutput().clear();
            harness.processElement2(new StreamRecord<>(feedback));
            return new ArrayList<>(harness.extractOutputValues());
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
        }
    }
}
