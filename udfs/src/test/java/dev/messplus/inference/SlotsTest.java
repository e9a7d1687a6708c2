package dev.messplus.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SlotsTest {

    @Test
    void whoeverFindsNoSlotWaitsInLine() {
        Slots slots = new Slots(1);

        CompletableFuture<Void> first = slots.acquire();
        CompletableFuture<Void> second = slots.acquire();
        CompletableFuture<Void> third = slots.acquire();
        assertThat(first).isDone();
        assertThat(second).isNotDone();

        slots.release();
        assertThat(second).isDone();
        assertThat(third).isNotDone();
    }

    @Test
    void whoeverLeftTheLineGetsNoSlot() {
        Slots slots = new Slots(1);
        assertThat(slots.acquire()).isDone();
        CompletableFuture<Void> gone = slots.acquire();
        CompletableFuture<Void> patient = slots.acquire();

        gone.cancel(true);
        slots.release();

        assertThat(patient).isCompleted();
    }

    @Test
    void aLongLineOfQuittersCostsNoStack() {
        Slots slots = new Slots(1);
        assertThat(slots.acquire()).isDone();
        List<CompletableFuture<Void>> line = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            line.add(slots.acquire());
        }
        line.forEach(turn -> turn.cancel(true));

        slots.release();

        assertThat(slots.acquire()).isDone();
        assertThat(slots.acquire()).isNotDone();
    }
}
