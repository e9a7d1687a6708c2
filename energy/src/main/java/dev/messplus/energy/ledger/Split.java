package dev.messplus.energy.ledger;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits the busy seconds of a device, in which at least one call is in flight, over the calls. The
 * shares of all calls add up to all busy seconds, so that no energy is lost once the steps of the
 * counter price them.
 *
 * <p>At every moment, the models on the device have shares by the {@linkplain ModelPrices work} of
 * their calls. Calls of other JVMs, which ledgers of their own charge, come next: all calls of a
 * model have an even share of the model's, and what is left by theirs is split over the calls in
 * flight here.
 *
 * <p>Not thread safe.
 */
abstract class Split {

    /** The models on the device, by their numbers; at least one. */
    final List<ModelCalls> models = new ArrayList<>(List.of(new ModelCalls()));

    /** What other clients of the model servers used, and calls of other JVMs. */
    final Amount others = new Amount();

    final ModelPrices prices;
    private int inFlight;
    private int inFlightElsewhere;

    /** Busy seconds of the open step with calls in flight here. */
    private BusySeconds busy = BusySeconds.NONE;

    /** The same when it was last certain how they are split. */
    private BusySeconds busyBefore = BusySeconds.NONE;

    /**
     * Without a call.
     *
     * @param prices what calls of each model take
     */
    Split(ModelPrices prices) {
        this.prices = prices;
    }

    /** Adds a model. */
    final void addModel() {
        models.add(new ModelCalls(models.get(0)));
    }

    /**
     * Begins a call.
     *
     * @param work what is expected of it
     * @return a mark that {@link #end} needs
     */
    abstract Mark begin(long nowNanos, ExpectedWork work);

    /**
     * Adds seconds in which {@linkplain #isBusy at least one call} was in flight.
     *
     * @param middle seconds from the begin of the slot to the middle of these
     */
    final void pass(double seconds, double middle) {
        double own = share();
        for (ModelCalls model : models) {
            model.sharePassed = model.share;
            if (model.inFlight > 0) {
                passOwn(model, model.share * seconds, middle);
            }
        }
        if (inFlight > 0) {
            busy = busy.pass(seconds, middle);
        }
        if (own < 1) {
            others.pass((1 - own) * seconds, middle);
        }
    }

    /** Adds seconds that the calls of a model that are in flight here have for themselves. */
    abstract void passOwn(ModelCalls model, double seconds, double middle);

    /** Splits the busy seconds of now over models; returns the part of the calls here. */
    private double share() {
        boolean withOthers = sharesWithElsewhere();
        double all = 0;
        for (int m = 0; m < models.size(); m++) {
            ModelCalls model = models.get(m);
            int calls = withOthers ? model.everywhere() : model.inFlight;
            model.share = calls > 0 ? prices.watts(m, calls) : 0;
            all += model.share;
        }
        double own = 0;
        for (ModelCalls model : models) {
            if (model.share > 0) {
                double calls = withOthers ? model.everywhere() : model.inFlight;
                model.share = model.share / all * (model.inFlight / calls);
                own += model.share;
            }
        }
        return inFlightElsewhere > 0 && withOthers ? own : inFlight > 0 ? 1 : 0;
    }

    /** Whether calls of other JVMs have their part of the seconds. */
    boolean sharesWithElsewhere() {
        return true;
    }

    /** The slot ends, and the step goes on. */
    final void endSlot() {
        busy = busy.endSlot();
        models.forEach(model -> model.running.endSlot());
        others.endSlot();
    }

    /**
     * The slot ends, and the step with it.
     *
     * @param price price of the step's busy seconds; {@code null} if nobody will ever know it
     * @param slotSeconds length of the slot; infinite if the counter moved at its end
     * @return the closed step
     */
    final Step endStep(StepPrice price, double slotSeconds) {
        Step closed = null;
        for (ModelCalls model : models) {
            closed = model.endStep(price, slotSeconds);
        }
        busy = busy.endStep(closed.secondsAfter(busy));
        busyBefore = busy;
        others.price(closed);
        return closed;
    }

    /**
     * Ends a call.
     *
     * @param mark what {@link #begin} returned for it
     * @param work what it was
     * @return what the call is charged
     */
    abstract Charged end(Mark mark, long nowNanos, Work work);

    /** Gives back what nobody is to be charged for, to the calls in flight, at least one. */
    final void giveBack(Charged charged) {
        double own = share();
        for (ModelCalls model : models) {
            if (model.inFlight > 0) {
                giveBack(model, charged.times(model.share / own));
            }
        }
    }

    /** The same of a model that has a call in flight here. */
    abstract void giveBack(ModelCalls model, Charged charged);

    /**
     * Adds what the model servers on the device have counted since the last time.
     *
     * @param tokens weighted tokens of all clients, times the weights of their models
     * @param countedAsProduced whether the servers count a token when it is produced, not when the
     *     answer is done
     * @return whether some of the tokens were those of other clients
     */
    boolean tokensServed(double tokens, boolean countedAsProduced, long nowNanos) {
        return false;
    }

    /** Takes the known joules of other clients that came since the last time. */
    final double takeOthersJoules() {
        return others.takeJoules();
    }

    final int inFlight() {
        return inFlight;
    }

    /**
     * Other JVMs have so many calls in flight on the device, and probably have had them for a
     * while. So what has passed of the step since a call last began or ended here, or since this
     * was last called, is split anew.
     *
     * @param calls by the number of their model; none of those beyond
     */
    final void inFlightElsewhere(int... calls) {
        for (int m = 0; m < models.size(); m++) {
            models.get(m).inFlightElsewhere = m < calls.length ? calls[m] : 0;
        }
        inFlightElsewhere = models.stream().mapToInt(model -> model.inFlightElsewhere).sum();
        double unused = share();
        for (ModelCalls model : models) {
            if (model.inFlight > 0) {
                BusySeconds more = busy.since(busyBefore).times(model.share - model.sharePassed);
                giveBack(model, new Charged(Joules.NONE, more));
                others.add(new Charged(Joules.NONE, more.times(-1)));
            }
        }
        busyBefore = busy;
    }

    /** Whether a call of whichever JVM is in flight. */
    final boolean isBusy() {
        return inFlight > 0 || inFlightElsewhere > 0;
    }

    final Step openStep() {
        return models.get(0).openStep();
    }

    /** Counts a call that begins; returns its model. */
    final ModelCalls enter(ExpectedWork work) {
        ModelCalls model = models.get(work.model());
        busyBefore = busy;
        inFlight++;
        model.inFlight++;
        return model;
    }

    /** Counts a call that ends; returns its model. */
    final ModelCalls leave(Mark mark) {
        ModelCalls model = models.get(mark.work().model());
        busyBefore = busy;
        inFlight--;
        model.inFlight--;
        return model;
    }
}
