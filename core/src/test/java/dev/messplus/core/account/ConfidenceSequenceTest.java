package dev.messplus.core.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.LabelSource;
import dev.messplus.core.Sla;
import dev.messplus.core.account.ConfidenceSequence.Interval;
import java.util.ArrayDeque;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfidenceSequenceTest {

    private static final Offset<Double> CLOSE = within(1e-9);

    /** Streams and steps of a simulation. The 95% bound on failures leaves room for chance. */
    private static final int STREAMS = 2_000;

    private static final int STEPS = 3_000;

    private final ConfidenceSequence sequence = new ConfidenceSequence();

    @Test
    void knowsNothingBeforeTheFirstAnswer() {
        assertThat(interval(LabelSource.scorer())).isEqualTo(unknown());
        sequence.enter(1);
        assertThat(interval(LabelSource.scorer())).isEqualTo(unknown());
    }

    @Test
    void isAPointWhereEveryAnswerIsScored() {
        double[] scores = {1, 0.25, 0, 1};
        for (int t = 1; t <= 4; t++) {
            sequence.enter(t);
            sequence.rate(t, LabelSource.scorer(), 0.6, scores[t - 1]);
        }
        assertThat(interval(LabelSource.scorer())).isEqualTo(new Interval(0.5625, 0.5625, 0.5625));
    }

    @Test
    void takesTheLowestOfItsLines() {
        // Half of 10,000 answers are rated, half of these good: Y = .5 +- .5 / .5, so V = 5,000.
        // All rated are worth .5 x 10,000 / 2, so the labels alone say .25 to .75.
        LabelSource audit = LabelSource.audit(0.5);
        for (int t = 1; t <= 10_000; t++) {
            sequence.enter(t);
            if (t % 2 == 0) {
                sequence.rate(t, audit, 0.5, t % 4 == 0 ? 1 : 0);
            } else {
                sequence.giveUp(t, audit, 0.5);
            }
        }
        // c = .98 / .5 and log(12 / .025) = 6.1738, so
        // lambda = 1/8c:  (6.1738 + (-log(7/8) - 1/8) / c^2 x 5,000) x 8 c = 270.9
        // lambda = 1/16c: (6.1738 + (-log(15/16) - 1/16) / c^2 x 5,000) x 16 c = 276.8
        Interval interval = interval(audit);
        assertThat(interval.estimate()).isCloseTo(0.5, CLOSE);
        assertThat(interval.lower()).isCloseTo(0.5 - 0.02709, within(1e-5));
        assertThat(interval.upper()).isCloseTo(0.5 + 0.02709, within(1e-5));
    }

    @Test
    void assumesThatAScorerMissesAnswersByAccident() {
        // Forecast .5, three of four scored, all of them 1: .5 + (1 - .5) x 3 / 4 x 4 / 3.
        LabelSource scorer = LabelSource.scorer();
        for (int t = 1; t <= 40; t++) {
            sequence.enter(t);
            if (t % 4 == 0) {
                sequence.giveUp(t, scorer, 0.5);
            } else {
                sequence.rate(t, scorer, 0.5, 1);
            }
        }
        assertThat(interval(scorer).estimate()).isCloseTo(1, CLOSE);
        // No assumption is needed for these.
        assertThat(interval(scorer).lower()).isCloseTo(0.75, CLOSE);
        assertThat(interval(scorer).upper()).isCloseTo(1, CLOSE);
    }

    @Test
    void isAsWideForAScorerAsItsShareOfScoredAnswersMakesIt() {
        // Half of 10,000 are scored, half of these good: as for an audit of a half, with forecasts
        // of .5. Y - f = +- .5 / .5, and c = .98 / .5.
        LabelSource scorer = LabelSource.scorer();
        for (int t = 1; t <= 10_000; t++) {
            sequence.enter(t);
            if (t % 2 == 0) {
                sequence.rate(t, scorer, 0.5, t % 4 == 0 ? 1 : 0);
            } else {
                sequence.giveUp(t, scorer, 0.5);
            }
        }
        assertThat(interval(scorer).lower()).isCloseTo(0.5 - 0.02709, within(1e-5));
        assertThat(interval(scorer).upper()).isCloseTo(0.5 + 0.02709, within(1e-5));
    }

    @Test
    void countsACohortOnceAllOfItIsResolved() {
        LabelSource audit = LabelSource.audit(1);
        sequence.enter(1);
        sequence.enter(2);
        sequence.rate(1, audit, 0.5, 1);
        assertThat(interval(audit)).isEqualTo(unknown());
        sequence.enter(3);
        sequence.enter(4);
        sequence.rate(4, audit, 0.5, 0);
        assertThat(interval(audit)).isEqualTo(unknown());
        sequence.rate(2, audit, 0.5, 0);
        assertThat(sequence.settled.requests).isEqualTo(2);
        assertThat(interval(audit).estimate()).isCloseTo(0.5, CLOSE);
        sequence.leave(3); // No model answered.
        assertThat(sequence.settled.requests).isEqualTo(3);
        assertThat(sequence.settled.inFlight).isZero();
        assertThat(interval(audit).estimate()).isCloseTo(1.0 / 3, CLOSE);
    }

    @Test
    void beginsAnewWithAnotherSource() {
        LabelSource audit = LabelSource.audit(1);
        sequence.use(audit, 0);
        sequence.enter(1);
        sequence.rate(1, audit, 0.5, 1);
        sequence.enter(2);
        sequence.use(audit, 2);
        assertThat(interval(audit).estimate()).isEqualTo(1);

        LabelSource scorer = LabelSource.scorer();
        sequence.use(scorer, 2);
        assertThat(interval(scorer)).isEqualTo(unknown());
        sequence.enter(3);
        sequence.rate(2, scorer, 0.5, 1);
        assertThat(interval(scorer)).isEqualTo(unknown());
        sequence.rate(3, scorer, 0.5, 0);
        assertThat(interval(scorer)).isEqualTo(new Interval(0, 0, 0));
    }

    @Test
    void isWiderForAShardSoThatAllShardsHoldAtOnce() {
        LabelSource audit = LabelSource.audit(0.5);
        for (int t = 1; t <= 1_000; t++) {
            sequence.enter(t);
            if (t % 2 == 0) {
                sequence.rate(t, audit, 0.5, 1);
            } else {
                sequence.giveUp(t, audit, 0.5);
            }
        }
        Interval whole = interval(audit);
        Interval shard = sequence.interval(Sla.custom(0.6).labels(audit).shards(4).build());
        assertThat(shard.estimate()).isEqualTo(whole.estimate());
        assertThat(shard.lower()).isLessThan(whole.lower());
    }

    /**
     * Scores whose mean wanders between .3 and .9, forecasts that are .1 off, and labels that come
     * up to 50 requests later, those of rated answers before the others.
     */
    @ParameterizedTest
    @CsvSource({"AUDIT, .2, .2", "AUDIT, .9, .9", "USERS, .5, .05", "USERS, 0, .4", "USERS, .3, 0"})
    void coversTheRunningAverageAtAllTimesInNineteenOfTwentyStreams(
            LabelSource.Kind kind, double good, double bad) {
        LabelSource source = new LabelSource(kind, "", good, bad, false);
        assertThat(failures(source, good, bad)).isLessThanOrEqualTo(STREAMS / 20);
    }

    /** The share is learned, which costs little where it is not small. */
    @ParameterizedTest
    @CsvSource({".5", ".9"})
    void coversTheRunningAverageOfAScorerThatMissesAnswersAtRandom(double share) {
        assertThat(failures(LabelSource.scorer(), share, share)).isLessThanOrEqualTo(STREAMS / 20);
    }

    @ParameterizedTest
    @CsvSource({"AUDIT, .2, .2, .08", "USERS, .5, .05, .16"})
    void isNarrowEnoughToBeOfUse(LabelSource.Kind kind, double good, double bad, double width) {
        var stream = new Stream(new LabelSource(kind, "", good, bad, false), good, bad, 1);
        stream.run(10 * STEPS);
        Interval interval = stream.interval();
        assertThat(interval.upper() - interval.lower()).isLessThan(width);
    }

    private static int failures(LabelSource source, double good, double bad) {
        int failures = 0;
        for (int seed = 0; seed < STREAMS; seed++) {
            failures += new Stream(source, good, bad, seed).run(STEPS) ? 0 : 1;
        }
        return failures;
    }

    /** Requests of one stream, whose labels come late. */
    private static final class Stream {

        private final ConfidenceSequence sequence = new ConfidenceSequence();
        private final ArrayDeque<double[]> waiting = new ArrayDeque<>();
        private final LabelSource source;
        private final Sla sla;
        private final double good;
        private final double bad;
        private final SplittableRandom random;
        private final double phase;
        private double[] sums;

        Stream(LabelSource source, double good, double bad, long seed) {
            this.source = source;
            this.good = good;
            this.bad = bad;
            sla = Sla.custom(0.7).labels(source).build();
            random = new SplittableRandom(seed);
            phase = random.nextDouble(10);
        }

        Interval interval() {
            return sequence.interval(sla);
        }

        /** Whether the interval contains the average at all times. */
        boolean run(int steps) {
            sums = new double[steps + 1];
            long checked = 0;
            for (int t = 1; t <= steps; t++) {
                decide(t);
                if (waiting.size() > 50) {
                    double[] oldest = waiting.remove();
                    if (oldest[1] == 1) {
                        sequence.giveUp((long) oldest[0], source, oldest[2]);
                    }
                }
                long settled = sequence.settled.requests;
                if (settled > checked) {
                    checked = settled;
                    Interval interval = interval();
                    double average = sums[(int) settled] / settled;
                    if (average < interval.lower() - 1e-9 || average > interval.upper() + 1e-9) {
                        return false;
                    }
                }
            }
            return true;
        }

        private void decide(int t) {
            double mean = 0.6 + 0.3 * Math.sin(phase + t / 300.0);
            double forecast = mean + 0.1 * Math.sin(t);
            double score = random.nextDouble() < mean ? 1 : 0;
            if (t % 5 == 0) {
                score = random.nextDouble();
            }
            sums[t] = sums[t - 1] + score;
            sequence.enter(t);
            boolean unrated = random.nextDouble() >= bad + score * (good - bad);
            if (!unrated) {
                sequence.rate(t, source, forecast, score);
            }
            waiting.add(new double[] {t, unrated ? 1 : 0, forecast});
        }
    }

    private Interval interval(LabelSource source) {
        return sequence.interval(Sla.custom(0.6).labels(source).build());
    }

    private static Interval unknown() {
        return new Interval(Double.NaN, Double.NaN, Double.NaN);
    }
}
