package dev.messplus.score;

import dev.messplus.energy.EnergyCharge;
import java.util.List;

/**
 * A scorer could not score an answer, which is then served without a score. The message says what
 * is wrong, and quotes no text of the request or the answer.
 */
public final class ScoringException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient List<EnergyCharge> charges;

    /** A failure that took no call of a model. */
    public ScoringException(String message) {
        this(message, null, List.of());
    }

    /**
     * A failure.
     *
     * @param cause {@code null} if there is none
     * @param charges what the model calls of the scorer are charged nevertheless
     */
    public ScoringException(String message, Throwable cause, List<EnergyCharge> charges) {
        super(message, cause);
        this.charges = charges;
    }

    /** What the model calls of the scorer are charged. */
    public List<EnergyCharge> charges() {
        return charges == null ? List.of() : charges;
    }
}
