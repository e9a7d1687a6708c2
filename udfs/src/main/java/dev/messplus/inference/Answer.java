package dev.messplus.inference;

import dev.messplus.energy.EnergyReading;

/**
 * What came of asking one model for one request.
 *
 * @param model id of the model
 * @param completion its answer; {@code null} when it gave none
 * @param energy what the answer cost; {@code null} without one
 * @param score accuracy of the answer in [0, 1]; {@code NaN} when unknown
 * @param attempts calls that were made
 * @param error why it gave no answer, naming the model; {@code null} when it did
 */
record Answer(
        String model,
        Completion completion,
        EnergyReading energy,
        double score,
        int attempts,
        String error) {

    static Answer of(String model, Completion completion, EnergyReading energy, int attempts) {
        return new Answer(model, completion, energy, Double.NaN, attempts, null);
    }

    static Answer failed(String model, int attempts, String error) {
        return new Answer(model, null, null, Double.NaN, attempts, error);
    }

    Answer withScore(double accuracy) {
        return new Answer(model, completion, energy, accuracy, attempts, error);
    }

    boolean ok() {
        return completion != null;
    }

    /** Joules of the answer; {@code NaN} when they could not be told. */
    double joules() {
        return ok() ? energy.joules() : Double.NaN;
    }
}
