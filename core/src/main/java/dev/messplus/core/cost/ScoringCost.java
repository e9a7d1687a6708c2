package dev.messplus.core.cost;

import dev.messplus.core.Priors;

/** What it takes to have an answer scored, whether that succeeds or not: the calls of judges. */
public final class ScoringCost {

    /** Discounted number of answers. */
    public double answers;

    /** Discounted sum of what that took, in joules. */
    public double joules;

    /** A model answered; what it takes to score that becomes known later. */
    public void answered() {
        answers = Priors.ENERGY_FORGETTING * answers + 1;
        joules *= Priors.ENERGY_FORGETTING;
    }

    /** To score an answer took this, in joules. */
    public void add(double itsJoules) {
        joules += itsJoules;
    }

    /** What it is expected to take to score another answer, in joules; 0 before the first. */
    public double perAnswer() {
        return answers == 0 ? 0 : joules / answers;
    }
}
