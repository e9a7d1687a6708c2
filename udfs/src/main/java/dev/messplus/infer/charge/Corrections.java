package dev.messplus.infer.charge;

import dev.messplus.record.Correction;
import dev.messplus.record.InferenceOutcome;
import dev.messplus.sharing.Futures;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Follows the energy of requests that were answered before their meters had reported all of it. */
public final class Corrections {

    private final Consumer<InferenceOutcome> late;
    private final Runnable whenSettled;
    private final AtomicInteger open = new AtomicInteger();
    private volatile boolean stopped;

    /**
     * Follows requests.
     *
     * @param late accepts corrections, on the threads of the meters or on that of {@link #follow}
     * @param whenSettled runs on these threads whenever a call is followed no longer
     */
    public Corrections(Consumer<InferenceOutcome> late, Runnable whenSettled) {
        this.late = late;
        this.whenSettled = whenSettled;
    }

    /**
     * Follows what the meters will report of a request.
     *
     * @param checkpoint number of the last checkpoint before the records of the request: a failure
     *     undoes a correction together with the record that it corrects
     */
    public void follow(List<LateEnergy> energies, long checkpoint) {
        for (LateEnergy energy : energies) {
            open.incrementAndGet();
            Futures.whenComplete(
                    energy.settled(), (settled, never) -> settle(energy, settled, checkpoint));
        }
    }

    private void settle(LateEnergy energy, CallEnergy settled, long checkpoint) {
        Correction correction = energy.correction(settled, checkpoint);
        if (correction != null && !stopped) {
            late.accept(InferenceOutcome.of(correction));
        }
        open.decrementAndGet();
        whenSettled.run();
    }

    /** How many calls are followed. */
    public int open() {
        return open.get();
    }

    /** Accepts nothing any more. */
    public void stop() {
        stopped = true;
    }
}
