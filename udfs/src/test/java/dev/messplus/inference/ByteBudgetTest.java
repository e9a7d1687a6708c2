package dev.messplus.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.inference.ByteBudget.Lease;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

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
