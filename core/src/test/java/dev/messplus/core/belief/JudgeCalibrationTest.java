package dev.messplus.core.belief;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class JudgeCalibrationTest {

    private static final Offset<Double> CLOSE = within(1e-6);
    private static final int RUNS = 100;
    private static final int AUDITS = 500;

    @Test
    void aJudgeThatNobodyAuditedIsTakenAtItsWord() {
        var judge = new JudgeCalibration();
        assertThat(judge.expected(0, 0.7)).isEqualTo(0.7);
        assertThat(judge.expected(0, 0.7, 0.9)).isCloseTo(0.8, CLOSE);
    }

    /**
     * x = (-1, .2, 0, -1), so P x = (-.005, .05, 0, -.005) and x P x = .02. With noise .2 the error
     * of .5 - .7 moves the forecast by -.2 x .02 / .22.
     */
    @Test
    void anAuditMovesTheWeightsByTheirVariances() {
        JudgeCalibration judge = of("only");
        judge.count(0, 0.7, 0.7, 100);
        double change = judge.learn(0, 0.7, 0.7, 0.5);
        assertThat(change).isCloseTo(-0.0181818, CLOSE);
        assertThat(judge.expected(0, 0.7)).isCloseTo(0.6818182, CLOSE);
        assertThat(judge.bias("only").mean()).isCloseTo(2 * 0.005 * 0.2 / 0.22, CLOSE);
        assertThat(judge.forecastSlope().mean()).isCloseTo(1 - 0.05 * 0.2 / 0.22, CLOSE);
        assertThat(judge.answerSlope().mean()).isEqualTo(0.5);
        // .01 - .01^2 / .22
        assertThat(judge.bias("only").deviation()).isCloseTo(Math.sqrt(0.00954545), CLOSE);
    }

    /** Two answers whose scores are .2 and .4 are to be worth .8 on average, so b is -.5. */
    @Test
    void answersAreWorthWhatIsAssumedUntilTheFirstAudit() {
        JudgeCalibration judge = of("only");
        judge.count(0, 0.2, 0.2, 1e9);
        assertThat(judge.assume(0.8)).isCloseTo(0.6, CLOSE);
        assertThat(judge.expected(0, 0.2)).isCloseTo(0.8, CLOSE);
        judge.count(0, 0.4, 0.4, 1e9);
        assertThat(judge.assume(0.8)).isCloseTo(-0.2, CLOSE);
        assertThat(judge.expected(0, 0.2)).isCloseTo(0.7, CLOSE);
        assertThat(judge.expected(0, 0.4)).isCloseTo(0.9, CLOSE);
        assertThat(judge.bias("only").mean()).isCloseTo(-0.5, CLOSE);
        assertThat(judge.bias("only").deviation()).isCloseTo(Math.sqrt(0.0675), CLOSE);

        judge.learn(0, 0.4, 0.4, 0.9);

        assertThat(judge.bias("only").mean()).isCloseTo(-0.5, CLOSE);
        assertThat(judge.assume(0.1)).isZero();
        assertThat(judge.expected(0, 0.4)).isCloseTo(0.9, CLOSE);
    }

    /** Where the other weights are known, an audit adds 1 / .2 to a precision of 1 / .005. */
    @Test
    void whatIsNotKnownOfAModelAloneFallsWithItsOwnAudits() {
        JudgeCalibration judge = of("a", "b");
        assertThat(judge.ownVariance(0)).isCloseTo(0.005, CLOSE);
        judge.learn(0, 0.7, 0.6, 1);
        assertThat(judge.ownVariance(0)).isCloseTo(1 / 205.0, CLOSE);
        assertThat(judge.ownVariance(1)).isCloseTo(0.005, CLOSE);
        for (int i = 0; i < 200; i++) {
            judge.learn(0, 0.7, 0.6, i % 2);
        }
        assertThat(judge.ownVariance(0)).isBetween(0.0005, 0.0012);
        assertThat(judge.ownVariance(1)).isCloseTo(0.005, CLOSE);
    }

    @Test
    void ofAJudgeThatNobodyAuditedNoModelIsKnown() {
        assertThat(new JudgeCalibration().ownVariance(0)).isEqualTo(0.005);
    }

    @Test
    void aModelKeepsItsBiasWhereverItStandsInTheZoo() {
        JudgeCalibration judge = of("a", "b");
        for (int i = 0; i < 50; i++) {
            judge.learn(0, 0.7, 0.7, 0.5);
            judge.learn(1, 0.7, 0.7, 0.8);
        }
        JudgeCalibration.Weight before = judge.bias("b");
        judge.use(List.of("c", "b"));
        assertThat(judge.bias("b")).isEqualTo(before);
        assertThat(judge.bias("c").deviation()).isGreaterThan(0.07);
        assertThat(judge.expected(1, 0.7)).isGreaterThan(0.73);
    }

    @Test
    void aJudgeThatTossesCoinsIsFoundOut() {
        long found =
                LongStream.range(0, RUNS).filter(seed -> audited(seed, 0).saysNothing()).count();
        assertThat(found).isGreaterThanOrEqualTo(90);
    }

    @Test
    void aJudgeThatIsRightAboutHalfOfTheTimeIsNotFoundOut() {
        long found =
                LongStream.range(0, RUNS).filter(seed -> audited(seed, 0.5).saysNothing()).count();
        assertThat(found).isZero();
    }

    /** A judge that scores .15 too much, and says the true score of a share of the answers. */
    private static JudgeCalibration audited(long seed, double share) {
        var random = new SplittableRandom(seed);
        JudgeCalibration judge = of("only");
        for (int i = 0; i < AUDITS; i++) {
            double score = random.nextDouble() < 0.6 ? 1 : 0;
            double other = random.nextDouble() < 0.6 ? 1 : 0;
            double said = random.nextDouble() < share ? score : other;
            judge.learn(0, 0.75, said + 0.15, score);
        }
        // Three standard deviations of the mean of 500 labels are .066.
        assertThat(judge.expected(0, 0.75)).isCloseTo(0.6, within(0.08));
        return judge;
    }

    private static JudgeCalibration of(String... models) {
        var judge = new JudgeCalibration();
        judge.use(List.of(models));
        return judge;
    }
}
