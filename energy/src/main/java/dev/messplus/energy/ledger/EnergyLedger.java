package dev.messplus.energy.ledger;

import dev.messplus.energy.Attribution;
import dev.messplus.energy.EnergyAccount;
import java.util.function.LongSupplier;

/**
 * The ledger of one device. At each begin and end of a call, and at each reading of the counter, it
 * books the energy since the last of these events: to the calls in flight, or as idle if there are
 * none.
 *
 * <p>Energy is conserved: what finished calls were charged, what calls in flight have used, what
 * was idle, what other clients used, and what was used while the device could not be read, add up
 * to what the counter moved (guarantee G5).
 *
 * <p>Thread safe. Callers never wait for the device, only for each other's short critical sections.
 */
public final class EnergyLedger implements EnergyAccount {

    /** A counter that stands still for so many times the length of its last step hangs. */
    private static final int STILL_STEPS = 4;

    /** Stands for the number of outages in the entry of a call that began in one. */
    private static final int BEGAN_UNMETERED = -1;

    private enum State {
        /** The device has not been metered yet, but may still be soon. */
        OPENING,
        /** The device is being metered. */
        METERED,
        /** The device cannot be read, and {@code onLost} has been told so. */
        LOST
    }

    private final LedgerConfig config;
    private final EnergyClock clock;
    private final Split split;
    private final LongSupplier nanoClock;
    private final Runnable onLost;
    private final long openedNanos;

    private State state = State.OPENING;
    private int outages;
    private double bookedJoules;
    private double attributedJoules;
    private double idleJoules;
    private double unmeteredJoules;

    /** Idle energy since tokens were last counted; that of other clients if they had any. */
    private double idleJoulesSinceTokens;

    /**
     * A ledger without entries.
     *
     * @param nanoClock a monotonic clock
     * @param onLost called when the device is lost, or has not been metered in time after opening;
     *     runs within a critical section and must not block
     */
    public EnergyLedger(LedgerConfig config, LongSupplier nanoClock, Runnable onLost) {
        this.config = config;
        this.clock =
                new EnergyClock(
                        config.rangeMicrojoules(),
                        config.mayStandStill() ? 0 : config.stillNanos() / 1e9);
        this.split =
                config.attribution() == Attribution.TOKENS
                        ? new SplitByTokens()
                        : new SplitByTime();
        this.nanoClock = nanoClock;
        this.onLost = onLost;
        this.openedNanos = nanoClock.getAsLong();
    }

    /** A call in flight on the device. */
    public static final class Entry {

        private final long beginNanos;
        private final double mark;
        private final int outages;

        private Entry(long beginNanos, double mark, int outages) {
            this.beginNanos = beginNanos;
            this.mark = mark;
            this.outages = outages;
        }
    }

    /**
     * Adds a reading of the counter.
     *
     * @param microjoules as the counter shows it
     * @return whether the device is metered from now on, and was not before
     */
    public synchronized boolean sample(long microjoules) {
        long now = nanoClock.getAsLong();
        book(now);
        if (state == State.METERED) {
            clock.sample(microjoules, now);
            book(now);
            return false;
        }
        if (config.mayStandStill()) {
            clock.resume(microjoules, now);
        } else if (!clock.sampleInGap(microjoules, now, isUnread(now))) {
            return false;
        }
        unmeteredJoules += clock.joulesAtLastSample() - bookedJoules;
        bookedJoules = clock.joulesAtLastSample();
        state = State.METERED;
        return true;
    }

    /** Notes that a reading failed. A device is lost only after it has failed for a while. */
    public synchronized void sampleFailed() {
        book(nanoClock.getAsLong());
    }

    /**
     * Adds what the model servers on the device have served since the last time.
     *
     * @param tokens weighted tokens of all clients, at least 0
     * @param countedAsProduced whether the servers count a token when it is produced, not when the
     *     answer is done
     */
    public synchronized void tokensServed(double tokens, boolean countedAsProduced) {
        long now = nanoClock.getAsLong();
        book(now);
        if (split.tokensServed(tokens, countedAsProduced, now)) {
            split.bookToOthers(idleJoulesSinceTokens);
            idleJoules -= idleJoulesSinceTokens;
        }
        idleJoulesSinceTokens = 0;
    }

    /** Begins a call. */
    public synchronized Entry begin() {
        long now = nanoClock.getAsLong();
        book(now);
        return new Entry(now, split.begin(now), state == State.METERED ? outages : BEGAN_UNMETERED);
    }

    /**
     * Ends a call.
     *
     * @param tokens weighted tokens of the call; {@code NaN} if not known
     * @return joules of the call; {@code NaN} if the device was lost at some time during the call,
     *     or its energy is known for less than half of the call
     */
    public synchronized double end(Entry call, double tokens) {
        long now = nanoClock.getAsLong();
        book(now);
        double joules = split.end(call.mark, now, now - call.beginNanos, tokens);
        if (state == State.METERED
                && call.outages == outages
                && isMostlyKnown(call.beginNanos, now)) {
            attributedJoules += joules;
            return joules;
        }
        unmeteredJoules += joules;
        return Double.NaN;
    }

    /**
     * Books what a call was charged as unmetered instead, because its joules on another device are
     * not known.
     *
     * @param joules what {@link #end} returned for the call
     */
    public synchronized void refund(double joules) {
        attributedJoules -= joules;
        unmeteredJoules += joules;
    }

    private void book(long now) {
        if (state == State.METERED) {
            if (isUnread(now) || hangs(now)) {
                outages++;
                lose();
            } else {
                bookUsed(now);
            }
        } else if (state == State.OPENING
                && now - openedNanos > Math.max(config.patienceNanos(), config.stillNanos())) {
            lose();
        }
    }

    private void bookUsed(long now) {
        double joules = clock.joulesAt(now);
        double used = joules - bookedJoules;
        bookedJoules = joules;
        if (split.inFlight() > 0) {
            split.charge(used);
        } else {
            idleJoules += used;
            idleJoulesSinceTokens += used;
        }
    }

    private void lose() {
        state = State.LOST;
        onLost.run();
    }

    private boolean isUnread(long now) {
        return now - clock.sampledNanos() > config.patienceNanos();
    }

    /** A device always draws some power, so a counter that stands still for long hangs. */
    private boolean hangs(long now) {
        long step = clock.stepNanos();
        long still =
                Math.max(
                        config.patienceNanos(),
                        step > 0 ? STILL_STEPS * step : config.stillNanos());
        return !config.mayStandStill() && now - clock.steppedNanos() > still;
    }

    /** Whether the energy is known for at least half of a time, so that no call looks free. */
    private boolean isMostlyKnown(long begin, long end) {
        return config.mayStandStill() || clock.knownUntilNanos(end) - begin >= (end - begin) / 2;
    }

    @Override
    public String device() {
        return config.device();
    }

    @Override
    public synchronized double attributedJoules() {
        return attributedJoules;
    }

    @Override
    public synchronized double inFlightJoules() {
        return split.poolJoules();
    }

    @Override
    public synchronized double idleJoules() {
        return idleJoules;
    }

    @Override
    public synchronized double otherClientsJoules() {
        return split.othersJoules();
    }

    @Override
    public synchronized double unmeteredJoules() {
        return unmeteredJoules;
    }

    @Override
    public synchronized double watts() {
        book(nanoClock.getAsLong());
        return state == State.METERED ? clock.watts() : Double.NaN;
    }

    @Override
    public synchronized long counterResets() {
        return clock.resets();
    }

    @Override
    public synchronized boolean available() {
        book(nanoClock.getAsLong());
        return state == State.METERED;
    }
}
