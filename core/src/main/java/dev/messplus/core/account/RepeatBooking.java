package dev.messplus.core.account;

import dev.messplus.core.Observation;
import dev.messplus.core.Prompt;
import dev.messplus.core.zoo.Zoo;

/**
 * Books the energy of calls that a decision which does not count asked for: that of a repeat of a
 * request in flight, or one that a failure undid. Its joules were spent, and what an answer takes
 * can be learned from any. Its score must not count, because Q owes one answer per request.
 */
public final class RepeatBooking {

    private final Zoo zoo;
    private final SlaState state;

    public RepeatBooking(Zoo zoo, SlaState state) {
        this.zoo = zoo;
        this.state = state;
    }

    public Booking book(PendingRequest pending, long decision, Observation seen) {
        if (!seen.hasJoules() && !seen.hasFailedJoules()) {
            return Booking.NOTHING_NEW;
        }
        RepeatedAnswer answer = pending.repeatedAnswer(decision, seen.model());
        if (answer == null) {
            return Booking.OVERFLOW;
        }
        boolean changed = pay(pending, answer, seen);
        changed |= payFailed(answer, seen);
        return changed ? Booking.BOOKED : Booking.NOTHING_NEW;
    }

    /** The same where the request does not wait: its prompt is unknown, so nothing is learned. */
    public Booking bookUndone(Observation seen) {
        if (!seen.hasJoules() && !seen.hasFailedJoules()) {
            return Booking.NOTHING_NEW;
        }
        add(seen.hasJoules() ? seen.joules() : 0);
        add(seen.hasFailedJoules() ? seen.failedJoules() : 0);
        return Booking.BOOKED;
    }

    private boolean pay(PendingRequest pending, RepeatedAnswer answer, Observation seen) {
        if (!Double.isNaN(answer.joules) || !seen.hasJoules()) {
            return false;
        }
        answer.joules = seen.joules();
        add(seen.joules());
        if (seen.measuresAnAnswer()) {
            Prompt prompt = pending.prompt;
            zoo.model(seen.model()).state().energy.observe(prompt, seen.energy());
        }
        return true;
    }

    private boolean payFailed(RepeatedAnswer answer, Observation seen) {
        if (!Double.isNaN(answer.failedJoules) || !seen.hasFailedJoules()) {
            return false;
        }
        answer.failedJoules = seen.failedJoules();
        zoo.model(seen.model()).state().energy.failures.add(seen.failedJoules());
        add(seen.failedJoules());
        return true;
    }

    private void add(double joules) {
        state.joules += joules;
        state.repeatJoules += joules;
    }
}
