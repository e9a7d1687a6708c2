package dev.messplus.infer.call;

import static dev.messplus.infer.call.ModelLatency.MIN_ANSWERS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A deadline of 60 s, of which every request with a fallback gives a model 30. */
class ModelLatencyTest {

    private final ModelLatency latency = new ModelLatency(60_000);

    @Test
    void whoIsGivenTheWholeDeadlineIsToBlame() {
        assertThat(blames(30_000)).isFalse();
        assertThat(blames(53_000)).isFalse();
        assertThat(blames(59_900)).isTrue();
    }

    @Test
    void whoIsGivenMoreTimeThanItsAnswersTakeIsToBlame() {
        for (int i = 0; i < MIN_ANSWERS; i++) {
            assertThat(blames(10_000)).isFalse();
            answered(i % 2 == 0 ? 2_000 : 4_000);
        }

        // Some 3 s, and four deviations of about a second.
        assertThat(blames(4_000)).isFalse();
        assertThat(blames(10_000)).isTrue();
    }

    @Test
    void answersOfOneLengthLeaveTheirLatency() {
        for (int i = 0; i < 100; i++) {
            answered(3_000);
        }

        assertThat(blames(2_990)).isFalse();
        assertThat(blames(3_010)).isTrue();
    }

    @Test
    void aSecondIsAlwaysFair() {
        for (int i = 0; i < 100; i++) {
            answered(5);
        }

        assertThat(blames(999)).isFalse();
        assertThat(blames(1_000)).isTrue();
    }

    @Test
    void theDeadlineIsEnoughForAModelThatTakesLonger() {
        for (int i = 0; i < MIN_ANSWERS; i++) {
            answered(55_000);
        }

        assertThat(blames(30_000)).isFalse();
        assertThat(blames(59_900)).isTrue();
    }

    private void answered(long millis) {
        latency.answered(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private boolean blames(long givenMillis) {
        return latency.unanswered(TimeUnit.MILLISECONDS.toNanos(givenMillis));
    }
}
