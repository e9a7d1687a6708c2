package dev.messplus.infer.call;

import static dev.messplus.fixture.Fixtures.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.infer.deadline.Deadlines;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HedgeTest {

    private final ScheduledExecutorService timer = new ScheduledThreadPoolExecutor(1);

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    /** Otherwise the failure of the first call would not be retried, but wait for the deadline. */
    @Test
    void ifTheSecondCallCannotBeMadeTheFirstDecides() {
        CompletableFuture<String> first = new CompletableFuture<>();
        AtomicBoolean tried = new AtomicBoolean();
        CompletableFuture<String> result =
                Hedge.race(
                        () -> first,
                        () -> {
                            tried.set(true);
                            throw new IllegalStateException("no second call");
                        },
                        discarded -> {},
                        1,
                        new Deadlines(timer));
        await().untilTrue(tried);

        first.completeExceptionally(new IllegalStateException("no first answer"));

        await().until(result::isDone);
        assertThat(result).isCompletedExceptionally();
    }
}
