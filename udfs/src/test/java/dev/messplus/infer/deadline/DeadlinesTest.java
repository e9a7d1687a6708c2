package dev.messplus.infer.deadline;

import static dev.messplus.fixture.Fixtures.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.infer.deadline.Deadlines.Deadline;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DeadlinesTest {

    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    private final Deadlines deadlines = new Deadlines(timer);
    private final AtomicInteger passed = new AtomicInteger();

    @BeforeEach
    void forgetCanceled() {
        timer.setRemoveOnCancelPolicy(true);
    }

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void whatIsToHappenAtADeadlineHappensOnce() {
        Deadline deadline = deadlines.in(20, passed::incrementAndGet);

        await().until(() -> passed.get() == 1);
        deadline.cancel();
        deadlines.close();

        assertThat(passed).hasValue(1);
    }

    @Test
    void aDeadlineThatHasPassedIsMetAtOnce() {
        Deadline unused = deadlines.at(System.nanoTime() - 1, passed::incrementAndGet);

        assertThat(passed).hasValue(1);
    }

    @Test
    void nothingIsKeptOfADeadlineThatIsCanceled() {
        Deadline deadline = deadlines.in(3_600_000, passed::incrementAndGet);
        assertThat(timer.getQueue()).hasSize(1);

        deadline.cancel();
        deadlines.close();

        assertThat(timer.getQueue()).isEmpty();
        assertThat(passed).hasValue(0);
    }

    @Test
    void whenItIsClosedTheTimeOfEverythingIsUp() {
        Deadline unusedFirst = deadlines.in(3_600_000, passed::incrementAndGet);
        Deadline unusedSecond = deadlines.in(3_600_000, passed::incrementAndGet);

        deadlines.close();

        assertThat(passed).hasValue(2);
        Deadline unusedThird = deadlines.in(3_600_000, passed::incrementAndGet);
        assertThat(passed).hasValue(3);
        assertThat(deadlines.isClosed()).isTrue();
    }
}
