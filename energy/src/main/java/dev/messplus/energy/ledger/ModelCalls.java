package dev.messplus.energy.ledger;

/**
 * The calls of one model in flight on a device, and what they are charged. Marks of its calls are
 * on {@link #running}. Not thread safe.
 */
final class ModelCalls {

    /** What grows while calls are in flight. */
    final Amount running;

    /** What they have taken, by tokens. */
    final OpenWork open = new OpenWork();

    private Step step;

    /** Joules given back to each call in flight, added up. */
    Joules givenBack = Joules.NONE;

    int inFlight;
    int inFlightElsewhere;

    /** The part of the busy seconds of now that the calls in flight here have together. */
    double share;

    /** The same of the seconds that passed last. */
    double sharePassed;

    /** The first model. */
    ModelCalls() {
        running = new Amount();
        step = Step.first();
    }

    /** A model that joins another one, of which no call is in flight. */
    ModelCalls(ModelCalls other) {
        running = other.running.emptied();
        step = other.step.joined();
    }

    /** Calls in flight in all JVMs. */
    int everywhere() {
        return inFlight + inFlightElsewhere;
    }

    Step openStep() {
        return step;
    }

    /** {@link Split#endStep}. */
    Step endStep(StepPrice price, double slotSeconds) {
        Step closing = step;
        closing.close(price, slotSeconds, running);
        running.price(closing);
        step = closing.next();
        return closing;
    }
}
