package dev.messplus.core.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.LabelSource;
import dev.messplus.core.account.ConfidenceSequence.Interval;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What {@code docs/guarantee.md} says of judges, whatever they say: zoos of 2 to 5 models, of which
 * the most expensive one is above alpha, scores and audits that come late and out of order.
 */
class JudgeGuaranteeTest {

    private static final int RUNS = 12;
    private static final int REQUESTS = 4_000;
    private static final double AUDITED = 0.5;

    /** p of the bound. */
    private static final double FAILURE = 0.01;

    /** p RUNS, and three standard deviations. */
    private static final int ALLOWED = 1;

    /** The interval fails in 5% of the runs, and three standard deviations. */
    private static final int MISSED = 2;

    /** So that the interval says something. */
    private static final double WIDEST = 0.2;

    @ParameterizedTest
    @EnumSource
    void whatQCountsIsWhatPeopleSayUpToWhatAuditsLeaveOpen(HostileJudge judge) {
        List<JudgeRun> runs = runs(judge, 1);
        assertCounted(runs);
        assertSure(runs);
    }

    @ParameterizedTest
    @EnumSource
    void soItIsOnAScaleOfItsOwn(HostileJudge judge) {
        List<JudgeRun> runs = runs(judge, LabelSource.signal(AUDITED, true), 0.6);
        assertCounted(runs);
        assertSure(runs);
    }

    @ParameterizedTest
    @EnumSource
    void soItIsWherePeopleAnswerSomeOfTheAudits(HostileJudge judge) {
        List<JudgeRun> runs = runs(judge, 0.6);
        assertCounted(runs);
        assertSure(runs);
    }

    /** Whatever it says: not where it says nothing, and the answer counts as its forecast. */
    @ParameterizedTest
    @EnumSource(names = "KEEPS_SILENT_ON_THE_BAD", mode = EnumSource.Mode.EXCLUDE)
    void untilTheFirstAuditASignalLeavesTheQueueWhereItIs(HostileJudge judge) {
        assertThat(runs(judge, LabelSource.signal(AUDITED, true), 0))
                .allSatisfy(run -> assertThat(run.queue()).isCloseTo(0, within(1.0)));
    }

    /**
     * Not where a judge begins to lie once it is believed, and not where it favours cheap models so
     * much that audits of the expensive one come too late.
     */
    @ParameterizedTest
    @EnumSource(
            names = {"BECOMES_A_LIAR", "FAVOURS_THE_CHEAP"},
            mode = EnumSource.Mode.EXCLUDE)
    void peopleSayAlphaOnAverage(HostileJudge judge) {
        assertThat(runs(judge, 1))
                .allSatisfy(run -> assertThat(run.queue()).isLessThan(run.maxQueueByDefault()))
                .filteredOn(run -> run.people() < run.least(FAILURE))
                .hasSizeLessThanOrEqualTo(ALLOWED);
    }

    private static void assertCounted(List<JudgeRun> runs) {
        assertThat(runs)
                .allSatisfy(
                        run -> assertThat(run.counted()).isCloseTo(run.toBeCounted(), within(0.1)))
                .filteredOn(run -> Math.abs(run.counted() - run.people()) > run.allowed(FAILURE))
                .hasSizeLessThanOrEqualTo(ALLOWED);
    }

    private static void assertSure(List<JudgeRun> runs) {
        assertThat(runs)
                .allSatisfy(
                        run -> {
                            Interval interval = run.interval();
                            assertThat(interval.upper() - interval.lower()).isLessThan(WIDEST);
                        })
                .filteredOn(run -> !contains(run.interval(), run.people() / REQUESTS))
                .hasSizeLessThanOrEqualTo(MISSED);
    }

    private static boolean contains(Interval interval, double average) {
        return interval.lower() <= average && average <= interval.upper();
    }

    private static List<JudgeRun> runs(HostileJudge judge, double answered) {
        return runs(judge, LabelSource.judge(AUDITED, true), answered);
    }

    private static List<JudgeRun> runs(HostileJudge judge, LabelSource labels, double answered) {
        return LongStream.range(0, RUNS)
                .mapToObj(seed -> new JudgeRun(judge, labels, answered, REQUESTS, seed).play())
                .toList();
    }
}
