package dev.messplus.core.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.LabelSource;
import dev.messplus.core.Sla;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What is known of people's scores, whatever the judge says of them. */
class JudgedConfidenceTest {

    private static final int RUNS = 200;
    private static final int REQUESTS = 2_000;
    private static final double SHARE = 0.1;

    @Test
    void aPseudoScoreIsRightOnAverageWhateverTheJudgeSays() {
        var random = new SplittableRandom(1);
        for (int i = 0; i < 1_000; i++) {
            LabelSource source = LabelSource.judge(random.nextDouble(0.01, 1), false);
            double share = source.ratedShare(1);
            double expected = random.nextDouble(0.02, 0.98);
            double score = random.nextDouble();
            double mean =
                    share * source.rated(score, expected) + (1 - share) * source.unrated(expected);
            assertThat(mean).isCloseTo(score, within(1e-9));
        }
    }

    /** It fails in 5% of the runs at most, and three standard deviations of 200 are 9 more. */
    @Test
    void theIntervalHoldsWhateverTheJudgeSays() {
        assertThat(missed(1)).isLessThanOrEqualTo(19);
    }

    /** The answered share stands for the declared one. */
    @Test
    void theIntervalHoldsWherePeopleAnswerHalfOfTheAudits() {
        assertThat(missed(0.5)).isLessThanOrEqualTo(19);
    }

    @Test
    void beforeTheFirstAuditTheJudgesWordIsTheEstimateAndNothingIsSure() {
        Sla sla = Sla.custom(0.6).labels(LabelSource.judge(SHARE, false)).build();
        var sequence = new ConfidenceSequence();
        sequence.use(sla.labels(), 0);
        sequence.giveUp(sequence.enterNext(), sla.labels(), 0.7);
        assertThat(sequence.interval(sla)).isEqualTo(new ConfidenceSequence.Interval(0, 0.7, 1));
    }

    private static long missed(double answered) {
        return LongStream.range(0, RUNS).filter(seed -> misses(seed, answered)).count();
    }

    private static boolean misses(long seed, double answered) {
        var random = new SplittableRandom(seed);
        Sla sla = Sla.custom(0.6).labels(LabelSource.judge(SHARE, false)).build();
        var sequence = new ConfidenceSequence();
        sequence.use(sla.labels(), 0);
        double lie = random.nextDouble();
        double sum = 0;
        for (int i = 0; i < REQUESTS; i++) {
            double score = random.nextDouble() < 0.6 ? 1 : 0;
            sum += score;
            double expected = random.nextDouble() < lie ? 1 - score : random.nextDouble();
            long number = sequence.enterNext();
            boolean drawn = random.nextDouble() < SHARE;
            if (drawn) {
                sequence.drawn(number);
            }
            if (drawn && random.nextDouble() < answered) {
                sequence.rate(number, sla.labels(), expected, score);
            } else {
                sequence.giveUp(number, sla.labels(), expected);
            }
        }
        ConfidenceSequence.Interval interval = sequence.interval(sla);
        double average = sum / REQUESTS;
        // So that the test can fail.
        assertThat(interval.upper() - interval.lower()).isLessThan(0.9);
        return average < interval.lower() || average > interval.upper();
    }
}
