package dev.messplus.infer;

import dev.messplus.record.InferenceOutcome;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Follows the energy of requests that were answered before their meters had told all of it. */
final class Corrections {

    private final Consumer<InferenceOutcome> late;
    private final AtomicInteger open = new AtomicInteger();
    private volatile boolean stopped;

    /**
     * Follows requests.
     *
     * @param late accepts corrections, on the threads of the meters or on that of {@link #follow}
     */
    Corrections(Consumer<InferenceOutcome> late) {
        this.late = late;
    }

    /**
     * Follows what the meters will tell of a request.
     *
     * @param checkpoint number of the last checkpoint before the records of the request: a failure
     *     undoes a correction together with the record that it corrects
     */
    void follow(List<LateEnergy> energies, long checkpoint) {
        for (LateEnergy energy : energies) {
            open.incrementAndGet();
            CompletableFuture<Void> unused =
                    energy.settled().thenAccept(settled -> settle(energy, settled, checkpoint));
        }
    }

    private void settle(LateEnergy energy, LateEnergy.Settled settled, long checkpoint) {
        if (!stopped && (energy.charge() != null || settled.failedJoulesMore() != 0)) {
            late.accept(Outcomes.correction(energy, settled, checkpoint));
        }
        open.decrementAndGet();
    }

    /** How many calls are followed. */
    int open() {
        return open.get();
    }

    /** Accepts nothing any more. */
    void stop() {
        stopped = true;
    }
}
