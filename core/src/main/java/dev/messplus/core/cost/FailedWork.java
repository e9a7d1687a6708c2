package dev.messplus.core.cost;

import dev.messplus.core.Priors;

/** What the calls of a model take that bring no answer, beside those that bring one. */
public final class FailedWork {

    /** Failed calls so far. */
    public long count;

    /** Discounted sum of their joules. */
    public double joules;

    /** Discounted number of calls, failed or not. */
    public double calls;

    /** Discounted number of answers among them. */
    public double answers;

    /** A call brought an answer. */
    void answered() {
        fade(Priors.FAILURE_FORGETTING);
        calls++;
        answers++;
    }

    /** A call brought none, and took this. */
    public void add(double itsJoules) {
        fade(Priors.FAILURE_FORGETTING);
        calls++;
        count++;
        joules += itsJoules;
    }

    /** A failed call took that much more than was known. */
    public void addMore(double joulesMore) {
        joules = Math.max(0, joules + joulesMore);
    }

    /**
     * Time has passed: what failed counts less and less, because the model may have recovered, and
     * is hardly called.
     */
    void pass(double seconds) {
        if (joules > 0) {
            joules *= Math.exp(-seconds / Priors.FAILURE_SECONDS);
        }
    }

    /** Has all calls so far count this much of what they did. */
    void fade(double factor) {
        joules *= factor;
        answers *= factor;
        calls *= factor;
    }

    /** Takes in the calls of another one. */
    void add(FailedWork other) {
        count += other.count;
        joules += other.joules;
        answers += other.answers;
        calls += other.calls;
    }

    /** Joules of failed calls that an answer costs. */
    double perAnswer() {
        return joules / (answers + 1);
    }

    /**
     * What one call is expected to take, in joules, whether it brings an answer or not.
     *
     * @param answerJoules what an answer takes, failed calls included
     */
    public double perCall(double answerJoules) {
        return calls == 0
                ? answerJoules
                : answers / calls * (answerJoules - perAnswer()) + joules / calls;
    }
}
