package dev.messplus.cli.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class PollingTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    @Test
    void pollsUntilTheConditionHoldsAndWhileNobodyAnswers() throws Exception {
        Deque<Supplier<Integer>> answers =
                new ArrayDeque<>(List.of(() -> fail(true), () -> 1, () -> 2, () -> 3));
        assertThat(Polling.until(() -> answers.poll().get(), n -> n == 2, LONG, "two"))
                .isEqualTo(2);
        assertThat(answers).hasSize(1);
    }

    @Test
    void anErrorForGoodIsThrownAtOnce() {
        assertThatThrownBy(() -> Polling.until(() -> fail(false), n -> true, LONG, "two"))
                .isInstanceOf(FlinkRestException.class);
    }

    @Test
    void aTimeoutSaysHowTheLastCallFailed() {
        assertThatThrownBy(() -> Polling.until(() -> fail(true), n -> true, Duration.ZERO, "two"))
                .isInstanceOf(TimeoutException.class)
                .hasMessage("two did not happen within 0 s: nobody is there");
        assertThatThrownBy(() -> Polling.until(() -> 1, n -> n == 2, Duration.ZERO, "two"))
                .hasMessage("two did not happen within 0 s");
    }

    private static int fail(boolean retryable) {
        throw new FlinkRestException("nobody is there", retryable, null);
    }
}
