package dev.messplus.core.cost;

import dev.messplus.core.Priors;

/** What it takes to score an answer before it is served: the calls of judges. */
public final class ScoringCost {

    /** Discounted number of answers that were scored. */
    public double answers;

    /** Discounted sum of what that took, in joules. */
    public double joules;

    /** An answer was scored; what that took becomes known later. */
    public void scored() {
        answers = Priors.ENERGY_FORGETTING * answers + 1;
        joules *= Priors.ENERGY_FORGETTING;
    }

    /** The score of an answer took this, in joules. */
    public void add(double itsJoules) {
        joules += itsJoules;
    }

    /** What another score is expected to take, in joules; 0 while nothing is known. */
    public double perAnswer() {
        return answers == 0 ? 0 : joules / answers;
    }
}
