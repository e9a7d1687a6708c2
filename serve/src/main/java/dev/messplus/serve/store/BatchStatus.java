package dev.messplus.serve.store;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** States of a batch, as OpenAI's API names them. */
public enum BatchStatus {
    /** Waits for its turn, or its input is being read. */
    VALIDATING,
    FAILED,
    IN_PROGRESS,
    /** All lines are accounted for; the files are being written. */
    FINALIZING,
    COMPLETED,
    EXPIRED,
    CANCELLING,
    CANCELLED;

    /** The name in the API. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether a batch stays in this state. */
    public boolean isFinal() {
        return this == FAILED || this == COMPLETED || this == EXPIRED || this == CANCELLED;
    }
}
