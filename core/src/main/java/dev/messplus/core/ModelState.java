package dev.messplus.core;

/** What is known of one model under one SLA. */
public final class ModelState {

    /** How well it answers. */
    public AccuracyPredictor accuracy = new AccuracyPredictor();

    /** What it costs. */
    public EnergyEstimator energy = new EnergyEstimator();

    /** Answers of it that were served. */
    public long served;

    /** Calls that brought no answer. */
    public long failures;

    /** Whether the joules that were told last are estimated, not measured. */
    public boolean energyEstimated;

    /** Until when it is left alone, in milliseconds since the epoch; 0 when it is available. */
    public long unavailableUntilMillis;
}
