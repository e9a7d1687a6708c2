package dev.messplus.infer;

import dev.messplus.infer.admission.HeldRequest;
import java.util.concurrent.TimeUnit;

/**
 * Where the time of a request went.
 *
 * @param waitedMillis from when it was sent to its decision, in milliseconds, at least 0
 * @param latencyMillis from the decision to the answer, in milliseconds, at least 0
 */
record Elapsed(long waitedMillis, long latencyMillis) {

    /** The times of a request that is answered now. */
    static Elapsed of(HeldRequest request) {
        return new Elapsed(
                request.waitedMillis(),
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - request.takenNanos()));
    }
}
