package dev.messplus.infer.call;

import static dev.messplus.infer.call.ModelLatency.MIN_ANSWERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.record.OwnerParams;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Times of a model under a deadline of 60 s. */
class ModelLatencyTest {

    private static final long UNKNOWN = Long.MAX_VALUE;

    private final AtomicLong clock = new AtomicLong();
    private ModelLatency latency = latency(OwnerParams.NONE);

    private ModelLatency latency(OwnerParams params) {
        return new ModelLatency(60_000, params, clock::get);
    }

    @Test
    void whoIsGivenTheWholeDeadlineIsToBlame() {
        assertThat(blames(30_000)).isFalse();
        assertThat(blames(53_000)).isFalse();
        assertThat(blames(59_900)).isTrue();
    }

    /** Calls of 2 s each, one after the other: after 54 s without a reply, nobody else need ask. */
    @Test
    void whoIsSilentTowardsAllForTheWholeDeadlineIsToBlame() {
        assertThat(callsUntilBlamed(latency)).isEqualTo(27);
    }

    @Test
    void aReplyOfWhateverKindEndsTheSilence() {
        ModelLatency grades = latency.ofOtherCalls();
        for (int call = 0; call < 100; call++) {
            assertThat(cut(latency)).isFalse();
            if (call % 20 == 0) {
                grades.asked();
                grades.ended(true);
            }
        }
        assertThat(callsUntilBlamed(latency)).isLessThan(27);
    }

    @Test
    void whileNobodyAsksNobodyIsSilent() {
        latency.asked();
        clock.addAndGet(TimeUnit.SECONDS.toNanos(2));
        latency.ended(false);
        clock.addAndGet(TimeUnit.HOURS.toNanos(1));

        assertThat(callsUntilBlamed(latency)).isEqualTo(26);
    }

    @Test
    void callsAtTheSameTimeAreSilentOnce() {
        latency.asked();
        latency.asked();
        clock.addAndGet(TimeUnit.SECONDS.toNanos(30));

        assertThat(latency.blames(0, UNKNOWN)).isFalse();
        latency.ended(false);
        latency.ended(false);
        assertThat(latency.blames(0, UNKNOWN)).isFalse();
    }

    private int callsUntilBlamed(ModelLatency asked) {
        int calls = 1;
        while (!cut(asked)) {
            calls++;
        }
        return calls;
    }

    /** Whether the model is to blame for a call whose client leaves after 2 s. */
    private boolean cut(ModelLatency asked) {
        asked.asked();
        clock.addAndGet(TimeUnit.SECONDS.toNanos(2));
        asked.ended(false);
        return asked.blames(TimeUnit.SECONDS.toNanos(2), UNKNOWN);
    }

    @Test
    void gradesSayNothingOfHowLongAnswersTake() {
        answered(MIN_ANSWERS, 500, 20_000);
        ModelLatency grades = latency.ofOtherCalls();
        for (int i = 0; i < 1_000; i++) {
            grades.answered(TimeUnit.MILLISECONDS.toNanos(30), 1, false);
        }

        assertThat(limitMillis(0)).isGreaterThan(20_000);
        assertThat(latency.meanNanos()).isCloseTo(2e10, within(1.0));
        assertThat(grades.meanNanos()).isCloseTo(3e7, within(1.0));
    }

    @Test
    void whoIsGivenItsLimitIsToBlame() {
        answered(100, 10, 1_000);

        assertThat(blames(2_100)).isFalse();
        assertThat(blames(2_300)).isTrue();
    }

    @Test
    void theDeadlineIsEnoughForAModelThatTakesLonger() {
        answered(MIN_ANSWERS, 500, 55_000);

        assertThat(blames(50_000)).isFalse();
        assertThat(blames(59_900)).isTrue();
    }

    @Test
    void nothingIsKnownOfTheFirstAnswers() {
        answered(MIN_ANSWERS - 1, 10, 1_000);
        assertThat(latency.limitNanos(0)).isEqualTo(UNKNOWN);
        answered(1, 10, 1_000);
        assertThat(latency.limitNanos(0)).isLessThan(UNKNOWN);
    }

    /** 99% of the bin from 8 to 11 tokens are 10.97; 0.1 s a token, twice. */
    @Test
    void theLimitIsTwiceTheTimeOfALongAnswer() {
        answered(100, 10, 1_000);

        assertThat(limitMillis(0)).isCloseTo(2_194, within(5L));
        assertThat(limitMillis(8)).isCloseTo(1_600, within(5L));
    }

    @Test
    void aSecondIsAlwaysFair() {
        answered(100, 10, 5);

        assertThat(limitMillis(0)).isEqualTo(1_000);
    }

    /** 1.8 s and .02 s a token; the longest are in the bin from 91 to 128 tokens. */
    @Test
    void timeThatTokensDoNotExplainIsFixed() {
        for (int i = 0; i < 200; i++) {
            answered(1, 10, 2_000);
            answered(1, 110, 4_000);
        }

        assertThat(limitMillis(10)).isBetween(3_600L, 4_200L);
        assertThat(limitMillis(0)).isBetween(8_300L, 9_100L);
    }

    /** Some 3 s, a third more or less: 1 + 4 / 3 times 3.3 s. */
    @Test
    void whatVariesHasMoreTime() {
        for (int i = 0; i < 100; i++) {
            answered(1, 10, i % 2 == 0 ? 2_000 : 4_000);
        }

        assertThat(limitMillis(0)).isBetween(7_000L, 8_500L);
    }

    @Test
    void oneAnswerOfTenTimesTheTimeIsEnoughForTheNext() {
        answered(100, 10, 1_000);
        answered(1, 10, 10_000);

        assertThat(limitMillis(0)).isBetween(10_000L, 20_000L);
    }

    /** What took 34 s was given 30 once, and so was never answered. */
    @Test
    void answersOfMoreThanHalfOfTheDeadlineHaveAllOfIt() {
        answered(30, 340, 34_000);

        assertThat(limitMillis(0)).isGreaterThan(60_000);
    }

    @Test
    void callsThatWereGivenUpGiveTheNextMoreTime() {
        answered(100, 10, 1_000);
        long before = limitMillis(0);
        for (int i = 0; i < 10; i++) {
            latency.unanswered(TimeUnit.MILLISECONDS.toNanos(before));
        }

        assertThat(limitMillis(0)).isGreaterThan(2 * before);
        answered(2_000, 10, 1_000);
        assertThat(limitMillis(0)).isCloseTo(before, within(5L));
    }

    @Test
    void callsThatWereGivenUpBeforeTheFirstAnswerSayNothing() {
        latency.unanswered(TimeUnit.MILLISECONDS.toNanos(50_000));
        answered(100, 10, 1_000);

        assertThat(limitMillis(0)).isCloseTo(2_194, within(5L));
    }

    @Test
    void answersThatWereCutSayThatOthersTakeLonger() {
        for (int i = 0; i < 100; i++) {
            latency.answered(TimeUnit.SECONDS.toNanos(1), 128, true);
        }

        assertThat(limitMillis(128)).isCloseTo(2_000, within(5L));
        assertThat(limitMillis(0)).isGreaterThan(10_000);
    }

    @Test
    void whatTheOwnerSetsIsTheMaximum() {
        latency = latency(new OwnerParams("{\"max_tokens\": 64}", Map.of("max_tokens", 128.0)));
        for (int i = 0; i < 100; i++) {
            answered(1, i % 2 == 0 ? 64 : 128, i % 2 == 0 ? 640 : 1_280);
        }

        assertThat(limitMillis(0)).isCloseTo(1_280, within(50L));
        assertThat(limitMillis(100)).isCloseTo(2_000, within(50L));
        assertThat(limitMillis(1_000)).isCloseTo(2_560, within(50L));
    }

    @Test
    void withoutTokensTheTimeAloneCounts() {
        answered(100, Double.NaN, 3_000);

        assertThat(limitMillis(0)).isCloseTo(6_000, within(5L));
        assertThat(limitMillis(500)).isCloseTo(6_000, within(5L));
    }

    /** Lengths vary by a factor of e, and times by 30%; half-way, all take ten times as long. */
    @Test
    void cutsFewAnswersThatWouldCome() {
        latency = new ModelLatency(3_600_000, OwnerParams.NONE, clock::get);
        var random = new Random(1);
        assertThat(cuts(random, 10_000, 1)).isLessThan(30);
        assertThat(cuts(random, 10_000, 10)).isLessThan(40);
    }

    /** How many of the next answers are cut by the limit. */
    private int cuts(Random random, int number, double slower) {
        int cuts = 0;
        for (int i = 0; i < number; i++) {
            double tokens = Math.ceil(150 * Math.exp(random.nextGaussian()));
            double varied = Math.exp(0.3 * random.nextGaussian());
            long nanos = (long) (slower * varied * (2e8 + 5e6 * tokens));
            long limit = latency.limitNanos(0);
            if (nanos > limit) {
                latency.unanswered(limit);
                cuts++;
            } else {
                latency.answered(nanos, tokens, false);
            }
        }
        return cuts;
    }

    @Test
    void aModelThatGaveNoAnswerForAMinuteMayHaveToLoad() {
        answered(100, 10, 1_000);
        clock.set(TimeUnit.SECONDS.toNanos(60));
        assertThat(latency.limitNanos(0)).isLessThan(UNKNOWN);
        clock.set(TimeUnit.SECONDS.toNanos(61));
        assertThat(latency.limitNanos(0)).isEqualTo(UNKNOWN);
        answered(1, 10, 1_000);
        assertThat(latency.limitNanos(0)).isLessThan(UNKNOWN);
    }

    private void answered(int number, double tokens, long millis) {
        for (int i = 0; i < number; i++) {
            latency.answered(TimeUnit.MILLISECONDS.toNanos(millis), tokens, false);
        }
    }

    private long limitMillis(int maxTokens) {
        return TimeUnit.NANOSECONDS.toMillis(latency.limitNanos(maxTokens));
    }

    private boolean blames(long givenMillis) {
        return latency.blames(TimeUnit.MILLISECONDS.toNanos(givenMillis), latency.limitNanos(0));
    }
}
