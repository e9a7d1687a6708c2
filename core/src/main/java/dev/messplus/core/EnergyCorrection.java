package dev.messplus.core;

/**
 * What the meter reported of a call after its joules had been booked: by how much the booking was
 * wrong, and what the answer took in the end.
 *
 * @param model id of the model
 * @param use what the answer was for
 * @param joulesMore energy of the answer beyond what was booked, in joules; may be negative
 * @param failedJoulesMore the same of calls that brought no answer
 * @param prompt the prompt, of which the features do not matter
 * @param energy what the answer took; unknown if nobody measured it
 */
public record EnergyCorrection(
        String model,
        Use use,
        double joulesMore,
        double failedJoulesMore,
        Prompt prompt,
        MeasuredEnergy energy) {

    /** What an answer was for, and so which sum its joules belong to. */
    public enum Use {
        /** It was served. */
        SERVED,
        /** A plan asked for it, and another one was better. */
        PLANNED,
        /** It was asked for to learn from it. */
        LEARNED
    }

    /** Whether there is something to learn. */
    public boolean hasJoules() {
        return energy.isKnown();
    }
}
