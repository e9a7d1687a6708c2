package dev.messplus.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HedgeTest {

    private final ScheduledExecutorService timer = new ScheduledThreadPoolExecutor(1);

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    /** The first one's failure was waited out to the deadline, and not retried. */
    @Test
    void aSecondCallThatCannotBeMadeLeavesTheOutcomeToTheFirst() {
        CompletableFuture<String> first = new CompletableFuture<>();
        AtomicBoolean tried = new AtomicBoolean();
        CompletableFuture<String> result =
                Hedge.race(
                        () -> first,
                        () -> {
                            tried.set(true);
                            throw new IllegalStateException("no second call");
                        },
                        late -> {},
                        1,
                        timer);
        await().untilTrue(tried);

        first.completeExceptionally(new IllegalStateException("no first answer"));

        await().until(result::isDone);
        assertThat(result).isCompletedExceptionally();
    }
}
