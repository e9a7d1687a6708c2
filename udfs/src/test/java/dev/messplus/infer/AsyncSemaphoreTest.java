package dev.messplus.infer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AsyncSemaphoreTest {

    @Test
    void withoutAPermitACallerWaits() {
        AsyncSemaphore semaphore = new AsyncSemaphore(1);

        CompletableFuture<Void> first = semaphore.acquire();
        CompletableFuture<Void> second = semaphore.acquire();
        CompletableFuture<Void> third = semaphore.acquire();
        assertThat(first).isDone();
        assertThat(second).isNotDone();

        semaphore.release();
        assertThat(second).isDone();
        assertThat(third).isNotDone();
    }

    @Test
    void aCanceledCallerGetsNoPermit() {
        AsyncSemaphore semaphore = new AsyncSemaphore(1);
        assertThat(semaphore.acquire()).isDone();
        CompletableFuture<Void> canceled = semaphore.acquire();
        CompletableFuture<Void> waiting = semaphore.acquire();

        canceled.cancel(true);
        semaphore.release();

        assertThat(waiting).isCompleted();
    }

    @Test
    void aLongQueueOfCanceledCallersUsesNoStack() {
        AsyncSemaphore semaphore = new AsyncSemaphore(1);
        assertThat(semaphore.acquire()).isDone();
        List<CompletableFuture<Void>> queue = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            queue.add(semaphore.acquire());
        }
        queue.forEach(turn -> turn.cancel(true));

        semaphore.release();

        assertThat(semaphore.acquire()).isDone();
        assertThat(semaphore.acquire()).isNotDone();
    }
}
