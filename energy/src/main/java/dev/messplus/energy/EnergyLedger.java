package dev.messplus.energy;

import java.util.function.LongSupplier;

/**
 * The books of one device: at every begin and end of a call, and at every reading, the energy since
 * the last of them goes to the calls in flight, or to idleness if there are none.
 *
 * <p>Nothing is lost and nothing counted twice: what was attributed to calls, what is idle, what is
 * of others, what calls in flight have taken so far, and what was used while the device could not
 * be read, add up to what its counter moved (guarantee G5).
 *
 * <p>Thread safe. Waits for nothing but its own short critical sections.
 */
final class EnergyLedger implements EnergyAccount {

    /** Without a step for so many times the last one, a counter hangs. */
    private static final int STILL_STEPS = 4;

    /** Outages at the begin of a call that began in one. */
    private static final int NEVER = -1;

    private final String device;
    private final long patienceNanos;
    private final long stillNanos;
    private final EnergyClock clock;
    private final Split split;
    private final LongSupplier nanoClock;
    private final Runnable onLost;

    private final long openedNanos;

    private boolean available;
    private boolean lossTold;
    private int outages;
    private double bookedJoules;
    private double attributedJoules;
    private double idleJoules;
    private double unmeteredJoules;

    /** Energy without any call since tokens were last counted: idle, unless others were served. */
    private double idleSinceTokens;

    /**
     * Books without an entry.
     *
     * @param rangeMicrojoules where the device's counter starts over
     * @param patienceNanos without a reading for so long, or one that tells something new, the
     *     device counts as lost
     * @param stillNanos how long readings may tell nothing new, if that is longer, before it is
     *     seen how often they do; {@link Long#MAX_VALUE} for ever
     * @param onLost told when it is lost, or not to be had from the start; must not wait
     */
    EnergyLedger(
            String device,
            long rangeMicrojoules,
            Attribution attribution,
            long patienceNanos,
            long stillNanos,
            LongSupplier nanoClock,
            Runnable onLost) {
        this.device = device;
        this.patienceNanos = patienceNanos;
        this.stillNanos = stillNanos;
        this.clock = new EnergyClock(rangeMicrojoules, mayStandStill() ? 0 : stillNanos / 1e9);
        this.split = attribution == Attribution.TOKENS ? new SplitByTokens() : new SplitByTime();
        this.nanoClock = nanoClock;
        this.onLost = onLost;
        this.openedNanos = nanoClock.getAsLong();
    }

    /** A call in flight on the device. */
    static final class Entry {

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
     * Takes in a reading of the counter.
     *
     * @return whether the device was lost, or new, and is no more
     */
    synchronized boolean sample(long microjoules) {
        long now = nanoClock.getAsLong();
        book(now);
        if (available) {
            clock.sample(microjoules, now);
            book(now);
            return false;
        }
        if (mayStandStill()) {
            clock.resume(microjoules, now);
        } else if (!clock.look(microjoules, now, isUnread(now))) {
            return false;
        }
        unmeteredJoules += clock.joulesAtLastSample() - bookedJoules;
        bookedJoules = clock.joulesAtLastSample();
        available = true;
        lossTold = false;
        return true;
    }

    /** Takes back what a call was charged, because the rest of its joules is not known. */
    synchronized void takeBack(double joules) {
        attributedJoules -= joules;
        unmeteredJoules += joules;
    }

    /** Takes in that the counter could not be read, which is forgiven for a while. */
    synchronized void noReading() {
        book(nanoClock.getAsLong());
    }

    /**
     * Takes in what the model servers on the device have served since the last time.
     *
     * @param tokens weighted
     * @param asTheyCome whether they count tokens as they come, or all once an answer is done
     */
    synchronized void tokensServed(double tokens, boolean asTheyCome) {
        long now = nanoClock.getAsLong();
        book(now);
        if (split.tokensServed(tokens, asTheyCome, now)) {
            split.othersJoules += idleSinceTokens;
            idleJoules -= idleSinceTokens;
        }
        idleSinceTokens = 0;
    }

    /** A call begins. */
    synchronized Entry begin() {
        long now = nanoClock.getAsLong();
        book(now);
        return new Entry(now, split.begin(now), available ? outages : NEVER);
    }

    /**
     * A call ends.
     *
     * @param tokens what it took, weighted; {@code NaN} if unknown
     * @return joules of it; {@code NaN} if the device could not be read for all of its time, or
     *     told nothing for most of it
     */
    synchronized double end(Entry entry, double tokens) {
        long now = nanoClock.getAsLong();
        book(now);
        double joules = split.end(entry.mark, now, now - entry.beginNanos, tokens);
        if (available && entry.outages == outages && isTold(entry.beginNanos, now)) {
            attributedJoules += joules;
            return joules;
        }
        unmeteredJoules += joules;
        return Double.NaN;
    }

    private void book(long now) {
        if (!available) {
            if (!lossTold && now - openedNanos > Math.max(patienceNanos, stillNanos)) {
                tellLoss();
            }
            return;
        }
        if (isUnread(now) || hangs(now)) {
            available = false;
            outages++;
            tellLoss();
            return;
        }
        double joules = clock.joulesAt(now);
        double used = joules - bookedJoules;
        bookedJoules = joules;
        if (split.inFlight > 0) {
            split.charge(used);
        } else {
            idleJoules += used;
            idleSinceTokens += used;
        }
    }

    private void tellLoss() {
        lossTold = true;
        onLost.run();
    }

    private boolean isUnread(long now) {
        return now - clock.sampledNanos() > patienceNanos;
    }

    /** A device always draws some power: a counter that stands still is one that hangs. */
    private boolean hangs(long now) {
        long step = clock.stepNanos();
        long still = Math.max(patienceNanos, step > 0 ? STILL_STEPS * step : stillNanos);
        return !mayStandStill() && now - clock.steppedNanos() > still;
    }

    private boolean mayStandStill() {
        return stillNanos == Long.MAX_VALUE;
    }

    /** Whether the energy of at least half of that time is known: no call is taken to be free. */
    private boolean isTold(long begin, long end) {
        return mayStandStill() || clock.toldUntilNanos(end) - begin >= (end - begin) / 2;
    }

    @Override
    public String device() {
        return device;
    }

    @Override
    public synchronized double attributedJoules() {
        return attributedJoules;
    }

    @Override
    public synchronized double inFlightJoules() {
        return split.poolJoules;
    }

    @Override
    public synchronized double idleJoules() {
        return idleJoules;
    }

    @Override
    public synchronized double otherClientsJoules() {
        return split.othersJoules;
    }

    @Override
    public synchronized double unmeteredJoules() {
        return unmeteredJoules;
    }

    @Override
    public synchronized double watts() {
        book(nanoClock.getAsLong());
        return available ? clock.watts() : Double.NaN;
    }

    @Override
    public synchronized long counterResets() {
        return clock.resets();
    }

    @Override
    public synchronized boolean available() {
        book(nanoClock.getAsLong());
        return available;
    }
}
