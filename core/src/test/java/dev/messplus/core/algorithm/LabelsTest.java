package dev.messplus.core.algorithm;

import static dev.messplus.core.algorithm.TestSla.EXPLOITED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.LabelSource;
import dev.messplus.core.MissingLabelPolicy;
import dev.messplus.core.Observation;
import dev.messplus.core.Priors;
import dev.messplus.core.account.ConfidenceSequence;
import dev.messplus.core.account.JoinResult;
import dev.messplus.core.account.PendingRequest;
import dev.messplus.core.belief.EarlierLabel;
import dev.messplus.core.belief.LabelSums;
import dev.messplus.core.belief.Predictor;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What answers count as, by where labels come from: alpha = .6, every forecast is .7. */
class LabelsTest {

    private static final Offset<Double> CLOSE = within(1e-9);
    private static final double FORECAST = 0.7;
    private static final LabelSource USERS = LabelSource.users(0.5, 0.05);

    // .7 x .5 x .05 / (.7 x .5 x .05 + .3 x .95 x .5); (1 - .5 u) / .5; -.95 u / .05
    private static final double UNRATED = 0.109375;
    private static final double GOOD = 1.890625;
    private static final double BAD = -2.078125;

    /** .7 (.5 GOOD^2 + .5 UNRATED^2) + .3 (.05 BAD^2 + .95 UNRATED^2) - .7^2. */
    private static final double NOISE = 0.833437;

    private final List<Double> learned = new ArrayList<>();
    private final List<Double> noise = new ArrayList<>();

    @ParameterizedTest
    @EnumSource(
            value = LabelSource.Kind.class,
            names = {"USERS", "JUDGE", "SIGNAL"},
            mode = Mode.EXCLUDE)
    void anUnratedAnswerCountsAsItsForecast(LabelSource.Kind kind) {
        TestSla sla = sla(new LabelSource(kind, "", 1, 1, kind == LabelSource.Kind.SCORER), "only");
        sla.answered(sla.request(EXPLOITED), 0.4, 1);
        sla.answered(sla.request(EXPLOITED), 0.6, 1);
        // .6 - .4, and then .6 - .6
        assertThat(sla.queue.q).isCloseTo(0.2, CLOSE);
        sla.algorithm.expire(sla.request(EXPLOITED));
        assertThat(sla.queue.q).isCloseTo(0.2 + 0.6 - 0.7, CLOSE);
        assertThat(sla.queue.labelled).isEqualTo(2);
        assertThat(learned).containsExactly(0.4, 0.6);
        assertThat(noise).containsOnly(Priors.LABEL_VARIANCE);
    }

    @Test
    void whereUsersRateBothARatingAndSilenceCountAsWhatTheyStandFor() {
        TestSla sla = sla(USERS, "only");
        PendingRequest silent = sla.request(EXPLOITED);
        sla.served(silent, "only");
        sla.algorithm.expire(silent);
        assertThat(sla.queue.q).isCloseTo(0.6 - UNRATED, CLOSE);
        sla.answered(sla.request(EXPLOITED), 1, 1);
        assertThat(sla.queue.q).isZero();
        sla.answered(sla.request(EXPLOITED), 0, 1);
        assertThat(sla.queue.q).isCloseTo(0.6 - BAD, CLOSE);

        assertThat(sla.queue.averageScore()).isCloseTo((UNRATED + GOOD + BAD) / 3, CLOSE);
        assertThat(sla.window().average()).isCloseTo((UNRATED + GOOD + BAD) / 3, CLOSE);
        assertThat(learned).hasSize(3);
        assertThat(learned.get(0)).isCloseTo(UNRATED, CLOSE);
        assertThat(learned.get(1)).isCloseTo(GOOD, CLOSE);
        assertThat(learned.get(2)).isCloseTo(BAD, CLOSE);
        assertThat(noise).allSatisfy(n -> assertThat(n).isCloseTo(NOISE, within(1e-6)));
    }

    @Test
    void aRatingCountsTheSameWhetherItComesBeforeOrAfterTheNewsOfWhoServed() {
        TestSla sla = sla(USERS, "small", "big");
        PendingRequest early = sla.request(EXPLOITED);
        String model = early.models().get(0);
        sla.scored(early, model, 1);
        sla.served(early, model);
        PendingRequest late = sla.request(EXPLOITED);
        sla.served(late, model);
        sla.scored(late, model, 1);
        assertThat(learned.get(1)).isEqualTo(learned.get(0)).isCloseTo(GOOD, CLOSE);
        assertThat(sla.queue.scoreSum).isCloseTo(2 * GOOD, CLOSE);
    }

    @Test
    void silenceTeachesNothingOfAnAnswerThatMayNeverHaveBeenServed() {
        TestSla sla = sla(USERS, "only");
        sla.algorithm.expire(sla.request(EXPLOITED));
        assertThat(learned).isEmpty();
        assertThat(sla.queue.q).isCloseTo(0.6 - UNRATED, CLOSE);
    }

    @Test
    void ratingsOfOtherShardsWouldBeASelection() {
        TestSla users = sla(USERS, "only");
        users.elsewhere(TestSla.prompt(), Observation.answered("only", 0.2, 3, true));
        users.servedElsewhere(0.2);
        assertThat(learned).isEmpty();
        assertThat(users.queue.qOfOtherShards).isZero();
        assertThat(users.model("only").energy.measurements).isEqualTo(1);

        TestSla audit = sla(LabelSource.audit(0.5), "only");
        audit.elsewhere(TestSla.prompt(), Observation.answered("only", 0.2, 3, true));
        audit.servedElsewhere(0.2);
        assertThat(learned).containsExactly(0.2);
        assertThat(audit.queue.qOfOtherShards).isCloseTo(0.4, CLOSE);
    }

    @Test
    void aLabelOfAnyAnswerEndsTheSilence() {
        TestSla sla = sla(LabelSource.audit(0.01), "only");
        assertThat(sla.algorithm.longestSilence()).isEqualTo(1_375);
        PendingRequest rated = sla.request(EXPLOITED);
        for (int i = 0; i < 3; i++) {
            sla.algorithm.expire(sla.request(EXPLOITED));
        }
        assertThat(sla.state.unratedStreak).isEqualTo(3);
        sla.algorithm.observe(rated, Observation.answered("only", 0.5, 1, true));
        assertThat(sla.state.unratedStreak).isZero();
    }

    @ParameterizedTest
    @CsvSource({"AS_PREDICTED, 1", "AS_ZERO, 1", "IGNORED, 0"})
    void anExpiredRequestWasNotRatedUnlessItIsIgnored(MissingLabelPolicy missing, double unrated) {
        var sla = new TestSla(Settings.stream(0.6).missingLabel(missing), "only");
        sla.algorithm.expire(sla.request(EXPLOITED));
        assertThat(sla.queue.recentUnrated).isEqualTo(unrated);
        assertThat(sla.queue.recentRated).isZero();
    }

    @Test
    void theIntervalIsOverWhatWasAnswered() {
        TestSla sla = sla(LabelSource.audit(0.5), "only");
        sla.answered(sla.request(EXPLOITED), 1, 1);
        sla.answered(sla.request(EXPLOITED), 0.5, 1);
        sla.unanswered(sla.request(EXPLOITED), "only");
        PendingRequest silent = sla.request(EXPLOITED);
        assertThat(sla.state.confidence.settled.requests).isEqualTo(2);
        sla.served(silent, "only");
        sla.algorithm.expire(silent);

        ConfidenceSequence.Interval interval = sla.algorithm.scoreInterval();
        assertThat(sla.state.confidence.settled.requests).isEqualTo(3);
        // .7 + (1 - .7) / .5, .7 + (.5 - .7) / .5, .7
        assertThat(interval.estimate()).isCloseTo((1.3 + 0.3 + 0.7) / 3, CLOSE);
        // The labels alone: one answer of three is not known.
        assertThat(interval.lower()).isCloseTo(0.5, CLOSE);
        assertThat(interval.upper()).isCloseTo(2.5 / 3, CLOSE);
    }

    /** g = .7 + .5 (.4 - .7), and then what the person says in its place. */
    @Test
    void aJudgedAnswerCountsAsWhatPeopleAreExpectedToSayUntilTheyDo() {
        TestSla sla = sla(LabelSource.judge(1, false), "only");
        PendingRequest request = sla.request(EXPLOITED);
        sla.answered(request, 0.4, 1);
        assertThat(learned).containsExactly(0.4);
        assertThat(sla.queue.q).isCloseTo(0.6 - 0.55, CLOSE);
        assertThat(sla.queue.averageScore()).isCloseTo(0.55, CLOSE);
        assertThat(request.isComplete()).isFalse();
        Observation audit = Observation.rated("only", 0.3);
        assertThat(sla.algorithm.observe(request, audit)).isEqualTo(JoinResult.APPLIED);
        assertThat(sla.queue.q).isCloseTo(0.6 - 0.3, CLOSE);
        assertThat(sla.queue.averageScore()).isCloseTo(0.3, CLOSE);
        assertThat(sla.queue.maxDeficit).isCloseTo(0.6 - 0.3, CLOSE);
        assertThat(sla.window().average()).isCloseTo(0.3, CLOSE);
        assertThat(sla.algorithm.observe(request, audit)).isEqualTo(JoinResult.DUPLICATE);
        assertThat(request.isComplete()).isTrue();
        assertThat(learned).containsExactly(0.4);
        assertThat(sla.shared().judge.audits).isEqualTo(1);
        assertThat(sla.state.auditsAnswered).isEqualTo(1);
    }

    @Test
    void anAuditThatComesBeforeTheJudgeCountsTheSame() {
        TestSla sla = sla(LabelSource.judge(1, false), "only");
        PendingRequest request = sla.request(EXPLOITED);
        Observation audit = Observation.rated("only", 0.3);
        assertThat(sla.algorithm.observe(request, audit)).isEqualTo(JoinResult.EARLY);
        sla.answered(request, 0.4, 1);
        assertThat(sla.queue.q).isCloseTo(0.6 - 0.3, CLOSE);
        assertThat(sla.shared().judge.audits).isEqualTo(1);
    }

    @Test
    void anAuditThatNobodyAnswersIsCountedAndLeavesTheJudgesScore() {
        TestSla sla = sla(LabelSource.judge(1, false), "only");
        PendingRequest request = sla.request(EXPLOITED);
        sla.answered(request, 0.4, 1);
        sla.algorithm.expire(request);
        assertThat(sla.queue.q).isCloseTo(0.6 - 0.55, CLOSE);
        assertThat(sla.state.auditsDrawn).isEqualTo(1);
        assertThat(sla.state.auditsUnanswered).isEqualTo(1);
        assertThat(sla.state.confidence.settled.requests).isEqualTo(1);
    }

    /** The answer counts as .7 + .5 (1 - .7) = .85: .25 beyond the promise, and Q stays 0. */
    @Test
    void whatWasDeliveredBeyondTheBoundMakesUpForAnAnswerThatPeopleLikeLess() {
        TestSla sla = sla(LabelSource.judge(1, false), "only");
        PendingRequest request = sla.request(EXPLOITED);
        sla.answered(request, 1, 1);
        assertThat(sla.queue.q).isZero();
        assertThat(sla.queue.surplus).isCloseTo(0.25, CLOSE);
        sla.algorithm.observe(request, Observation.rated("only", 0.4));
        // It is worth .45 less, of which .25 were not needed.
        assertThat(sla.queue.q).isCloseTo(0.2, CLOSE);
        assertThat(sla.queue.surplus).isZero();
    }

    @Test
    void whatPeopleLikeMoreThanTheBoundAllowsIsDeliveredBeyondItAsWell() {
        TestSla sla = sla(LabelSource.judge(1, false), "only");
        PendingRequest request = sla.request(EXPLOITED);
        sla.answered(request, 0.4, 1);
        // .6 - .55
        assertThat(sla.queue.q).isCloseTo(0.05, CLOSE);
        sla.algorithm.observe(request, Observation.rated("only", 0.8));
        assertThat(sla.queue.q).isZero();
        assertThat(sla.queue.surplus).isCloseTo(0.2, CLOSE);
    }

    /**
     * The judge says nothing, so the answer counts as .7, as 0, or not at all, until it is rated.
     */
    @ParameterizedTest
    @EnumSource(MissingLabelPolicy.class)
    void anAuditCountsInPlaceOfWhatWasAssumedOfAnAnswerThatTheJudgeDidNotScore(
            MissingLabelPolicy policy) {
        TestSla sla =
                new TestSla(
                        Settings.bare(0.6)
                                .credit(10)
                                .labels(LabelSource.judge(1, false))
                                .missingLabel(policy)
                                .predictors((shared, own, expected) -> new Recorder()),
                        "only");
        PendingRequest request = sla.request(EXPLOITED);
        sla.served(request, "only");
        sla.algorithm.observe(request, Observation.rated("only", 0.3));
        sla.algorithm.expire(request);
        assertThat(sla.queue.q).isCloseTo(0.6 - 0.3, CLOSE);
    }

    /** g is .55 at first. The audit of another answer of the model says that it should be lower. */
    @Test
    void anAnswerWhoseAuditNobodyAnsweredCountsAsWhatOtherAuditsSayOfIt() {
        TestSla sla =
                new TestSla(
                        Settings.bare(0.6)
                                .credit(10)
                                .labels(LabelSource.judge(1, false))
                                .predictors((shared, own, expected) -> new Recorder()),
                        "only");
        PendingRequest silent = sla.request(EXPLOITED);
        PendingRequest rated = sla.request(EXPLOITED);
        sla.answered(silent, 0.4, 1);
        sla.answered(rated, 0.4, 1);
        sla.algorithm.observe(rated, Observation.rated("only", 0));
        double now = sla.shared().judge.expected(0, 0.7, 0.4);
        assertThat(now).isLessThan(0.55 - 1e-3);
        assertThat(sla.queue.q).isCloseTo(2 * 0.6 - 0.55 - 0, CLOSE);
        sla.algorithm.expire(silent);
        assertThat(sla.queue.q).isCloseTo(2 * 0.6 - now - 0, CLOSE);
        assertThat(sla.queue.averageScore()).isCloseTo(now / 2, CLOSE);
        assertThat(sla.window().average()).isCloseTo(now / 2, CLOSE);
    }

    /** Else an SLA whose judge flatters would look as if it kept its promise. */
    @Test
    void averagesSayOfAnswersThatNobodyAuditedWhatAuditsSayOfOthers() {
        int audited = 20;
        TestSla sla = sla(LabelSource.judge(1, false), "only");
        PendingRequest unaudited = sla.request(EXPLOITED);
        sla.answered(unaudited, 1, 1);
        sla.algorithm.expire(unaudited);
        for (int i = 0; i < audited; i++) {
            PendingRequest request = sla.request(EXPLOITED);
            sla.answered(request, 1, 1);
            sla.algorithm.observe(request, Observation.rated("only", 0.2));
        }
        double now = sla.shared().judge.expected(0, 0.7, 1);
        assertThat(now).isLessThan(0.4);
        double average = (now + audited * 0.2) / (1 + audited);
        assertThat(sla.queue.averageScore()).isCloseTo(average, within(0.01));
        assertThat(sla.window().average()).isCloseTo(average, within(0.01));
        assertThat(sla.queue.deficit(0.6)).isLessThanOrEqualTo(sla.queue.q + 1e-9);
    }

    /** Who rates without being asked is a selection. */
    @Test
    void aPersonsScoreThatWasNotDrawnCountsAsNothing() {
        TestSla sla = sla(LabelSource.judge(1e-9, false), "only");
        PendingRequest request = sla.request(EXPLOITED);
        sla.answered(request, 0.4, 1);
        assertThat(sla.algorithm.observe(request, Observation.rated("only", 0)))
                .isEqualTo(JoinResult.UNEXPECTED);
        assertThat(sla.queue.q).isCloseTo(0.6 - 0.55, CLOSE);
    }

    private TestSla sla(LabelSource source, String... zoo) {
        Settings settings =
                Settings.bare(0.6)
                        .labels(source)
                        .predictors((shared, own, expected) -> new Recorder());
        return new TestSla(settings, zoo);
    }

    /** Always forecasts the same, and writes down what it learns. */
    private final class Recorder implements Predictor {

        @Override
        public void prepare(int dimensions) {}

        @Override
        public double predict(float[] features) {
            return FORECAST;
        }

        @Override
        public double deviation(float[] features) {
            return 0;
        }

        @Override
        public void learn(
                float[] features, double score, double variance, List<EarlierLabel> earlier) {
            learned.add(score);
            noise.add(variance);
        }

        @Override
        public void learn(LabelSums sums) {
            learned.add(sums.scoreSum);
        }
    }
}
