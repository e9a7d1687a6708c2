package dev.messplus.energy.ledger;

import dev.messplus.energy.Attribution;
import dev.messplus.energy.EnergyAccount;
import dev.messplus.energy.EnergyAccountBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The ledger of one device. Between two steps of the device's counter it keeps who was in flight
 * for how long. When the step comes, it splits the real joules of the step: first between idle and
 * busy time by a {@link PowerModel}, then between the models by {@link ModelPrices} and between the
 * calls of each by a {@link Split}, calls that have ended among them. What a call is charged before
 * that is an estimate, which its {@link LedgerCharge} corrects later.
 *
 * <p>Energy is conserved: what finished calls were charged, what calls in flight have used, what
 * was idle, what other clients and calls of other JVMs used, and what was used while the device
 * could not be read, add up to what the counter moved (guarantee G5).
 *
 * <p>A device may have a ledger in several JVMs. Each is told how many calls are {@linkplain
 * #inFlightElsewhere in flight elsewhere}, and charges its own calls their part of all, so that
 * together they charge what the device used once. What each knows of the others is old, but that
 * evens out, because calls of one JVM come and go independently of those of another. Those that
 * share a device of several models may charge more or less than once until each of them has learned
 * what all models take.
 *
 * <p>Thread safe. Callers never wait for the device, only for each other's short critical sections.
 */
public final class EnergyLedger {

    private enum State {
        /** The device has not been metered yet, but may still be soon. */
        OPENING,
        /** The device is being metered. */
        METERED,
        /** The device cannot be read, and {@code onLost} has run. */
        LOST
    }

    private final LedgerConfig config;
    private final CounterSteps counter;
    private final PowerModel power = new PowerModel();
    private final ModelPrices prices = new ModelPrices();
    private final Split split;
    private final SplitDoubt doubt;
    private final ModelWork work;
    private final IdleBank idle;
    private final LongSupplier nanoClock;
    private final Runnable onLost;
    private final long openedNanos;

    /** Calls that have ended and whose joules are not all known, in the order of their ends. */
    private List<LedgerCharge> waiting = new ArrayList<>();

    /** Those that will not change any more. */
    private List<LedgerCharge> toComplete = new ArrayList<>();

    /** What the calls were charged that wait no more, for want of room. */
    private final Amount unwaited = new Amount();

    /** Those of the models. */
    private final List<String> names = new ArrayList<>();

    private final StepTime time = new StepTime();
    private final TokenCheck tokens = new TokenCheck();
    private final UnclaimedIdle unclaimedIdle = new UnclaimedIdle();

    private State state = State.OPENING;
    private long bookedNanos;
    private long slotBeganNanos;

    /** Length of the slot that the open step shares with the one before; 0 if it shares none. */
    private double sharedSlotSeconds;

    private double bookedJoules;
    private double attributedJoules;
    private double busyJoules;
    private double othersJoules;
    private double unmeteredJoules;

    /**
     * A ledger without entries.
     *
     * @param nanoClock a monotonic clock
     * @param onLost called when the device is lost, or has not been metered in time after opening;
     *     runs within a critical section and must not block
     */
    public EnergyLedger(LedgerConfig config, LongSupplier nanoClock, Runnable onLost) {
        this.config = config;
        this.counter =
                new CounterSteps(
                        config.rangeMicrojoules(),
                        config.mayStandStill() ? 0 : config.stillNanos() / 1e9);
        this.split =
                config.attribution() == Attribution.TOKENS
                        ? new SplitByTokens(prices)
                        : new SplitByTime(prices);
        this.doubt = new SplitDoubt(config.attribution(), prices);
        this.work = new ModelWork(split.models, prices);
        this.idle = new IdleBank(config.idlePolicy());
        this.nanoClock = nanoClock;
        this.onLost = onLost;
        this.openedNanos = nanoClock.getAsLong();
        this.bookedNanos = openedNanos;
        this.slotBeganNanos = openedNanos;
    }

    /** A call in flight on the device. */
    public sealed interface Entry permits Begun {}

    private record Begun(Mark mark, SplitDoubt.Begin doubt, ModelWork.Begin work)
            implements Entry {}

    /**
     * Adds a model on the device, unless it is there already. Without any, there is one.
     *
     * @param name of the model
     * @param weight what one of its calls takes beside one of the other models until that is
     *     learned, above 0
     * @return its number, from 0
     */
    public synchronized int addModel(String name, double weight) {
        int known = names.indexOf(name);
        if (known >= 0) {
            return known;
        }
        book(nanoClock.getAsLong());
        prices.add(weight);
        if (!names.isEmpty()) {
            split.addModel();
            doubt.addModel();
            work.addModel();
        }
        names.add(name);
        return names.size() - 1;
    }

    /** What a token of a model counts in {@link #tokensServed}; above 0. */
    public synchronized double tokenWeight(int model) {
        return prices.tokenWeight(model);
    }

    /**
     * Adds a reading of the counter.
     *
     * @param microjoules as the counter shows it
     * @return whether the device is metered from now on, and was not before
     */
    public boolean sample(long microjoules) {
        return sample(microjoules, 0);
    }

    /**
     * Adds a reading of a counter that is not sure of what it shows.
     *
     * @param microjoules as the counter shows it
     * @param movedVariance variance of what it moved when it last did, in square joules, at least 0
     * @return whether the device is metered from now on, and was not before
     */
    public boolean sample(long microjoules, double movedVariance) {
        boolean metered;
        synchronized (this) {
            metered = addReading(microjoules, movedVariance);
        }
        completeCharges();
        return metered;
    }

    private boolean addReading(long microjoules, double movedVariance) {
        long now = nanoClock.getAsLong();
        book(now);
        if (state == State.METERED) {
            if (counter.sample(microjoules, now)) {
                endStep(counter.movedJoules(), movedVariance);
            } else if (config.mayStandStill()) {
                endStep(0, 0);
            } else {
                endSlot();
            }
            return false;
        }
        if (config.mayStandStill()) {
            counter.resume(microjoules, now);
        } else if (!counter.sampleInGap(microjoules, now, isUnread(now))) {
            if (counter.steppedNanos() == now) {
                startStep();
            } else {
                endSlot();
            }
            return false;
        } else if (!Double.isNaN(counter.movedJoules())) {
            power.learn(time.end(counter.movedJoules(), slotSeconds()));
        }
        // The calls in flight have been in flight for a time that nobody metered.
        loseStep();
        unmeteredJoules += counter.joules() - bookedJoules;
        bookedJoules = counter.joules();
        state = State.METERED;
        return true;
    }

    /** Notes that a reading failed. A device is lost only after it has failed for a while. */
    public void sampleFailed() {
        synchronized (this) {
            book(nanoClock.getAsLong());
        }
        completeCharges();
    }

    /**
     * Adds what the model servers on the device have served since the last time.
     *
     * @param served weighted tokens of all clients, times the {@link #tokenWeight} of their model,
     *     at least 0
     * @param countedAsProduced whether the servers count a token when it is produced, not when the
     *     answer is done
     */
    public synchronized void tokensServed(double served, boolean countedAsProduced) {
        long now = nanoClock.getAsLong();
        book(now);
        if (state == State.METERED) {
            tokens.served(served);
        }
        boolean hasOthers = split.tokensServed(served, countedAsProduced, now);
        double ofOthers = idle.take(unclaimedIdle.addPage(hasOthers));
        othersJoules += ofOthers;
        tokens.others(ofOthers);
    }

    /** Calls in flight. */
    public synchronized int inFlight() {
        return split.inFlight();
    }

    /** Calls in flight by the names of their models, which come in the order of their numbers. */
    public synchronized Map<String, Integer> inFlightByModel() {
        Map<String, Integer> calls = new LinkedHashMap<>();
        for (int m = 0; m < names.size(); m++) {
            calls.put(names.get(m), split.models.get(m).inFlight);
        }
        return calls;
    }

    /**
     * From now on, other JVMs have so many calls in flight on the device. They had as many before,
     * for as long as nothing else has changed in the open step.
     *
     * @param calls by the number of their model, at least 0; none of models that are left out
     */
    public synchronized void inFlightElsewhere(int... calls) {
        book(nanoClock.getAsLong());
        split.inFlightElsewhere(calls);
    }

    /** Begins a call. */
    public synchronized Entry begin(ExpectedWork expected) {
        long now = nanoClock.getAsLong();
        book(now);
        return new Begun(split.begin(now, expected), doubt.begin(now, expected), work.begin());
    }

    /** Ends a call that took energy, whether it brought an answer or not. */
    public LedgerCharge end(Entry call, Work done) {
        Begun begun = (Begun) call;
        Mark mark = begun.mark();
        LedgerCharge charge;
        synchronized (this) {
            long now = nanoClock.getAsLong();
            book(now);
            int model = mark.work().model();
            double seconds = mark.secondsUntil(now);
            double unsure = doubt.end(mark, begun.doubt(), now, done);
            Charged all = split.end(mark, now, done);
            work.end(begun.work(), model, done, seconds);
            bookOthers();
            if (done.seconds() < seconds && config.attribution() == Attribution.INFLIGHT) {
                double worked = done.seconds() / seconds;
                giveBack(all.times(1 - worked));
                all = all.times(worked);
            }
            charge = charge(mark, all, unsure, now);
            tokens.charged(charge.figure().joules(), prices.tokenWeight(model) * done.tokens());
        }
        completeCharges();
        return charge;
    }

    /** Ends a call that reached no server: the other calls, or nobody, used the energy. */
    public void cancel(Entry call) {
        synchronized (this) {
            long now = nanoClock.getAsLong();
            book(now);
            Begun begun = (Begun) call;
            Mark mark = begun.mark();
            doubt.cancel(mark);
            work.cancel(begun.work());
            giveBack(split.end(mark, now, Work.NONE));
        }
        completeCharges();
    }

    /**
     * Books what a call was charged as unmetered instead, because its joules on another device are
     * not known.
     *
     * @param joules those of its settled {@link LedgerCharge}
     */
    public synchronized void refund(double joules) {
        attributedJoules -= joules;
        unmeteredJoules += joules;
    }

    /**
     * How long it takes until the joules of a call that ends now are known, in nanoseconds; {@link
     * Long#MAX_VALUE} while that is not known.
     */
    public synchronized long settleNanos() {
        double period = config.mayStandStill() ? 0 : counter.periodNanos();
        if (Double.isNaN(period) || state != State.METERED) {
            return Long.MAX_VALUE;
        }
        // Of the slot that the counter moved in, a part is priced by the next step.
        return (long) (config.continuous() ? period : 2 * period);
    }

    private void giveBack(Charged charged) {
        if (split.inFlight() > 0) {
            split.giveBack(charged);
        } else if (split.isBusy()) {
            split.others.add(charged);
            bookOthers();
        } else {
            time.makeIdle(charged.seconds());
            busyJoules -= charged.joules();
            idle.add(charged.joules());
        }
    }

    private LedgerCharge charge(Mark mark, Charged charged, double unsure, long now) {
        boolean lost =
                state != State.METERED || mark.step().lostBefore != split.openStep().lostBefore;
        if (lost) {
            unmeter(charged.joules());
            return LedgerCharge.UNKNOWN;
        }
        if (charged.seconds().sum() <= 0) {
            busyJoules -= charged.joules();
            attributedJoules += charged.joules();
            return LedgerCharge.settled(charged, unsure);
        }
        LedgerCharge charge =
                isOverdue(now)
                        ? LedgerCharge.waiting(charged, unsure)
                        : LedgerCharge.extrapolated(
                                charged,
                                unsure,
                                idle.watts(power),
                                power,
                                Math.min(charged.seconds().before(), sharedSlotSeconds));
        await(charge);
        return charge;
    }

    private void await(LedgerCharge charge) {
        if (waiting.size() < LedgerConstants.MAX_WAITING) {
            waiting.add(charge);
        } else {
            unwaited.add(charge.charged());
            toComplete.add(charge);
        }
    }

    private void unmeter(double joules) {
        busyJoules -= joules;
        unmeteredJoules += joules;
    }

    private void settle(LedgerCharge charge) {
        busyJoules -= charge.joules();
        attributedJoules += charge.joules();
        charge.settle();
        toComplete.add(charge);
    }

    /** Outside of the critical section, because what waits for a charge may take long. */
    private void completeCharges() {
        List<LedgerCharge> settled;
        synchronized (this) {
            if (toComplete.isEmpty()) {
                return;
            }
            settled = toComplete;
            toComplete = new ArrayList<>(settled.size());
        }
        settled.forEach(LedgerCharge::complete);
    }

    private void book(long now) {
        double seconds = (now - bookedNanos) * 1e-9;
        double middle = (bookedNanos - slotBeganNanos) * 1e-9 + 0.5 * seconds;
        bookedNanos = now;
        boolean busy = split.isBusy();
        time.pass(seconds, middle, busy);
        if (busy) {
            split.pass(seconds, middle);
            doubt.pass(seconds);
            work.pass(seconds);
        } else {
            unclaimedIdle.pass(seconds);
        }
        if (state == State.METERED) {
            if (isUnread(now) || hangs(now)) {
                lose();
                loseStep();
            }
        } else if (state == State.OPENING
                && now - openedNanos > Math.max(config.patienceNanos(), config.stillNanos())) {
            lose();
        }
    }

    private void endSlot() {
        split.endSlot();
        time.endSlot();
        unwaited.endSlot();
        slotBeganNanos = bookedNanos;
    }

    private void endStep(double joules, double variance) {
        if (Double.isNaN(joules)) {
            loseStep();
            return;
        }
        double slotSeconds = slotSeconds();
        sharedSlotSeconds = slotSeconds == Double.POSITIVE_INFINITY ? 0 : slotSeconds;
        slotBeganNanos = bookedNanos;
        StepMeasurement step = time.end(joules, slotSeconds);
        StepPrice price = power.price(step).unsure(variance);
        double idleJoules = joules - price.busyJoules();
        idle.add(idleJoules);
        unclaimedIdle.add(idleJoules);
        work.endStep(idle.ofWork(price));
        price = idle.adjust(price, step);
        tokens.step(step.seconds(), price.busyJoules());
        busyJoules += price.busyJoules();
        bookedJoules = counter.joules();
        price(split.endStep(price, slotSeconds));
    }

    /** Length of the slot in which the counter moved; infinite if it moved at the end of it. */
    private double slotSeconds() {
        double seconds = (bookedNanos - slotBeganNanos) / 1e9;
        return config.continuous() || seconds <= 0 ? Double.POSITIVE_INFINITY : seconds;
    }

    /** The energy since the last step will never be known. */
    private void loseStep() {
        startStep();
        work.loseStep();
        sharedSlotSeconds = 0;
        price(split.endStep(null, Double.POSITIVE_INFINITY));
    }

    private void startStep() {
        time.clear();
        unclaimedIdle.clear();
        slotBeganNanos = bookedNanos;
    }

    private void price(Step closed) {
        unwaited.price(closed);
        double notWaited = unwaited.takeJoules();
        attributedJoules += notWaited;
        busyJoules -= notWaited;
        bookOthers();
        List<LedgerCharge> ended = waiting;
        waiting = new ArrayList<>(ended.size());
        for (LedgerCharge charge : ended) {
            if (closed.price() == null) {
                unmeter(charge.joules());
                charge.lose();
                toComplete.add(charge);
            } else if (charge.price(closed)) {
                settle(charge);
            } else {
                waiting.add(charge);
            }
        }
        if (split.inFlight() == 0 && waiting.isEmpty()) {
            // Only what rounding has left.
            idle.add(busyJoules);
            busyJoules = 0;
        }
    }

    private void bookOthers() {
        double joules = split.takeOthersJoules();
        othersJoules += joules;
        busyJoules -= joules;
    }

    private void lose() {
        state = State.LOST;
        onLost.run();
    }

    private boolean isUnread(long now) {
        return now - counter.sampledNanos() > config.patienceNanos();
    }

    /** Whether the counter has not moved for so long that its power may be another by now. */
    private boolean isOverdue(long now) {
        long horizon =
                Math.max(
                        LedgerConstants.HORIZON_STEPS * counter.stepNanos(),
                        LedgerConstants.MIN_HORIZON_NANOS);
        return !config.mayStandStill() && now - counter.steppedNanos() > horizon;
    }

    /** A device always draws some power, so a counter that stands still for long hangs. */
    private boolean hangs(long now) {
        long step = counter.stepNanos();
        long still =
                Math.max(
                        config.patienceNanos(),
                        step > 0 ? LedgerConstants.STILL_STEPS * step : config.stillNanos());
        return !config.mayStandStill() && now - counter.steppedNanos() > still;
    }

    /** The account of the device as of now. */
    public synchronized EnergyAccount account() {
        book(nanoClock.getAsLong());
        boolean metered = state == State.METERED;
        return EnergyAccountBuilder.builder()
                .device(config.device())
                .available(metered)
                .attributedJoules(attributedJoules)
                .inFlightJoules(busyJoules)
                .idleJoules(idle.joules())
                .otherClientsJoules(othersJoules)
                .unmeteredJoules(unmeteredJoules)
                .watts(metered ? counter.watts() : Double.NaN)
                .idleWatts(power.idleWatts())
                .counterPeriodMillis(counter.periodNanos() / 1e6)
                .joulesPerTokenDrift(tokens.drift())
                .counterResets(counter.resets())
                .build();
    }
}
