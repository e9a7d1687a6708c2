package dev.messplus.infer.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.infer.admission.ByteBudget.Lease;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ByteBudgetTest {

    private final ByteBudget budget = new ByteBudget(100);

    @Test
    void whoeverDoesNotFitWaitsAndIsNotPassed() {
        Lease first = budget.acquire(80).join();
        CompletableFuture<Lease> large = budget.acquire(90);
        CompletableFuture<Lease> small = budget.acquire(10);
        assertThat(large).isNotDone();
        assertThat(small).isNotDone();

        first.close();

        assertThat(large).isCompleted();
        assertThat(small).isCompleted();
        assertThat(budget.used()).isEqualTo(100);
    }

    @Test
    void whatIsLargerThanTheBudgetIsAdmittedAlone() {
        Lease first = budget.acquire(1).join();
        CompletableFuture<Lease> huge = budget.acquire(1_000);
        assertThat(huge).isNotDone();
        first.close();
        assertThat(huge).isCompleted();
        CompletableFuture<Lease> next = budget.acquire(1);
        assertThat(next).isNotDone();

        huge.join().close();

        assertThat(next).isCompleted();
    }

    @Test
    void answersAndRestoredRequestsMayOverdrawIt() {
        Lease restored = budget.take(150);
        restored.grow(50);
        assertThat(budget.used()).isEqualTo(200);
        assertThat(budget.acquire(1)).isNotDone();

        restored.close();
        restored.close();
        // An answer that came too late.
        restored.grow(50);

        assertThat(budget.used()).isEqualTo(1);
    }

    /** Some wait, some ask for more than the budget, and some leave the queue. */
    @Test
    void severalThreadsShareIt() throws Exception {
        AtomicLong held = new AtomicLong();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (Future<Void> ended : threads.invokeAll(List.of(user(1, held), user(2, held)))) {
                ended.get();
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(budget.used()).isZero();
        assertThat(budget.acquire(100)).isCompleted();
    }

    /** Uses the budget many times, and counts in {@code held} what all users hold. */
    private Callable<Void> user(long seed, AtomicLong held) {
        return () -> {
            Random random = new Random(seed);
            for (int i = 0; i < 100_000; i++) {
                // Mostly without a wait, so that both change the budget at the same time.
                int most = random.nextInt(10) == 0 ? 101 : 40;
                long bytes = 1 + random.nextInt(most);
                CompletableFuture<Lease> wanted = budget.acquire(bytes);
                if (random.nextInt(10) == 0) {
                    ByteBudget.giveUp(wanted);
                    continue;
                }
                try (Lease lease = wanted.get(30, TimeUnit.SECONDS)) {
                    long now = held.addAndGet(bytes);
                    assertThat(now).isLessThanOrEqualTo(Math.max(100, bytes));
                    lease.grow(3);
                    held.addAndGet(-bytes);
                }
            }
            return null;
        };
    }

    @Test
    void whoeverLeavesTheQueueLetsTheNextPass() {
        Lease first = budget.acquire(50).join();
        CompletableFuture<Lease> large = budget.acquire(100);
        CompletableFuture<Lease> small = budget.acquire(50);

        large.cancel(false);

        assertThat(small).isCompleted();
        first.close();
        small.join().close();
        assertThat(budget.used()).isZero();
    }
}
