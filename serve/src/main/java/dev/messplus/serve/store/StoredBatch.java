package dev.messplus.serve.store;

import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * A batch, with all that is known of it.
 *
 * @param order what its owner ordered
 * @param partition where the records about it are
 * @param cancelledAtSeconds when its owner cancelled it; {@code null} if it is not
 * @param state how far it is
 */
@RecordBuilder
public record StoredBatch(
        BatchOrder order, int partition, Long cancelledAtSeconds, BatchState state) {

    /** Its id. */
    public String id() {
        return order.id();
    }

    /** The state that its owner sees. */
    public BatchStatus status() {
        return cancelledAtSeconds == null || state.status().isFinal()
                ? state.status()
                : BatchStatus.CANCELLING;
    }

    /** Whether it was cancelled, or its time is up, before a door has begun with it. */
    public boolean isToEnd() {
        return state.status() == BatchStatus.VALIDATING
                && (cancelledAtSeconds != null
                        || System.currentTimeMillis() >= 1_000 * order.expiresAtSeconds());
    }

    /** Whether a door has to do something for it. */
    public boolean isOpen() {
        return !state.status().isFinal();
    }
}
