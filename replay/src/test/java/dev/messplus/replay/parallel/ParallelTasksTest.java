package dev.messplus.replay.parallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ParallelTasksTest {

    @Test
    void resultsAreInTheOrderOfTheTasks() {
        List<Callable<Integer>> tasks =
                IntStream.range(0, 100).mapToObj(i -> (Callable<Integer>) () -> i).toList();
        assertThat(ParallelTasks.run(tasks)).isEqualTo(IntStream.range(0, 100).boxed().toList());
    }

    @Test
    void theExceptionOfATaskIsPassedOn() {
        Callable<Integer> unchecked =
                () -> {
                    throw new IllegalArgumentException("not so");
                };
        assertThatThrownBy(() -> ParallelTasks.run(List.of(() -> 1, unchecked)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not so");
        Callable<Integer> checked =
                () -> {
                    throw new IOException("disk");
                };
        assertThatThrownBy(() -> ParallelTasks.run(List.of(checked)))
                .isInstanceOf(IllegalStateException.class)
                .hasCauseInstanceOf(IOException.class);
    }
}
