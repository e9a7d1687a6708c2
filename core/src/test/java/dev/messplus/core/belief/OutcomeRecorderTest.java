package dev.messplus.core.belief;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.Priors;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OutcomeRecorderTest {

    private static final int GROUPS = Priors.MAX_RECORDED_GROUPS;

    private final OutcomeRecorder recorder = new OutcomeRecorder("e", List.of("a", "b"), 1);

    /** Prompts at 10, 20 and so on; those at 14 and 15 join the first, which moves to 13. */
    @Test
    void laterPromptsJoinTheGroupThatTheyAreNearestTo() {
        for (int i = 1; i <= GROUPS; i++) {
            record(10 * i, 1);
        }
        record(14, 0);
        record(15, 0.5);
        record(10 * GROUPS + 2, 0);
        WarmStart recorded = recorder.result();

        assertThat(recorded.prompts()).hasSize(GROUPS);
        assertThat(recorded.prompts().get(0).features()).containsExactly(13);
        assertThat(recorded.prompts().get(0).rows()).isEqualTo(3);
        assertThat(recorded.prompts().get(GROUPS - 1).features()).containsExactly(10 * GROUPS + 1);
        assertThat(recorded.models().get("a").scores()[0]).isEqualTo(0.5);
        assertThat(recorded.models().get("b").scores()[0]).isEqualTo(0.25);
        assertThat(recorded.models().get("a").scores()[1]).isEqualTo(1);
    }

    @Test
    void isBoundedAndLosesNothing() {
        var random = new Random(1);
        double scores = 0;
        int rows = 10 * GROUPS;
        for (int i = 0; i < rows; i++) {
            double score = random.nextDouble();
            scores += score;
            record((float) random.nextGaussian(), score);
        }
        WarmStart recorded = recorder.result();
        assertThat(recorded.rows()).isEqualTo(rows);
        assertThat(recorded.weightOfRow()).isOne();
        assertThat(recorded.atMost(rows / 4).weightOfRow()).isEqualTo(0.25);
        assertThat(recorded.prompts()).hasSize(GROUPS);
        assertThat(recorded.meanScore(recorded.models().get("a")))
                .isCloseTo(scores / rows, within(1e-9));
        assertThat(recorded.meanScore(recorded.models().get("b")))
                .isCloseTo(scores / rows / 2, within(1e-9));
        assertThat(recorded.models().get("b").meanJoules()).isCloseTo(2, within(1e-9));
    }

    @Test
    void ofNoRowsThereIsNothingToBeginWith() {
        assertThat(recorder.result().isEmpty()).isTrue();
        assertThat(recorder.result().rows()).isZero();
        assertThat(recorder.result().dimensions()).isZero();
    }

    private void record(float feature, double score) {
        recorder.add(new float[] {feature}, new double[] {score, score / 2}, new double[] {1, 2});
    }
}
