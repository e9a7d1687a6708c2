package dev.messplus.core.cost;

import dev.messplus.core.MeasuredEnergy;
import dev.messplus.core.Priors;

/**
 * How far the charges that were expected of a model's calls are off, and how sure the charges are.
 */
public final class EstimateErrors {

    /** Discounted number of measurements that there was an estimate for. */
    public double weight;

    /** Discounted sum of the absolute errors of those estimates, in joules. */
    public double sum;

    /** Discounted sum of the joules of measurements whose uncertainty is known. */
    public double uncertainJoules;

    /** Discounted sum of their uncertainties, in joules. */
    public double uncertaintySum;

    /** An estimate was off by so many joules. */
    void add(double error) {
        weight = Priors.ENERGY_FORGETTING * weight + 1;
        sum = Priors.ENERGY_FORGETTING * sum + Math.abs(error);
    }

    /** A measurement is that sure. */
    void addUncertainty(MeasuredEnergy energy) {
        if (!Double.isNaN(energy.uncertaintyJoules())) {
            uncertainJoules += energy.joules();
            uncertaintySum += energy.uncertaintyJoules();
        }
    }

    /** Has the uncertainties so far count this much of what they did. */
    void fadeUncertainty(double factor) {
        uncertainJoules *= factor;
        uncertaintySum *= factor;
    }

    /** Takes in the uncertainties of another one, but not its errors. */
    void addUncertainty(EstimateErrors other) {
        uncertainJoules += other.uncertainJoules;
        uncertaintySum += other.uncertaintySum;
    }

    /** Mean absolute error, in joules; {@code NaN} before the first. */
    public double mean() {
        return sum / weight;
    }

    /** The mean uncertainty of measurements over their mean joules; {@code NaN} if not known. */
    public double relativeUncertainty() {
        return uncertaintySum / uncertainJoules;
    }

    /**
     * Weight of a measurement beside an exact one, at most 1: v / (v + its own variance), where v
     * is the variance around the estimates; 1 while either is unknown. v is that of a normal
     * variable, whose mean absolute error is sqrt(2 / pi) of its deviation.
     */
    double weightOf(MeasuredEnergy energy) {
        double variance = Math.PI / 2 * mean() * mean();
        double own = energy.uncertaintyJoules() / 2;
        double total = variance + own * own;
        return total > 0 ? Math.max(Priors.MIN_MEASUREMENT_WEIGHT, variance / total) : 1;
    }
}
