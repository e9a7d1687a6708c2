package dev.messplus.energy.ledger;

import dev.messplus.energy.Attribution;
import dev.messplus.energy.IdlePolicy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * A GPU in simulated time: it draws one power while it is idle and another while calls are in
 * flight, its counter moves in steps, and ledgers read the counter now and then, one in each JVM.
 * The phases of calls, steps, readings and exchanges are random.
 */
public final class SimulatedGpu {

    private static final long MILLI = 1_000_000;

    /**
     * How a device is built and read.
     *
     * @param idleWatts power without calls
     * @param busyWatts power while calls are in flight, by the calls
     * @param stepMillis time between two movements of the counter
     * @param readMillis time between two readings
     * @param attribution how the energy is split
     * @param idlePolicy who pays for idle power
     */
    public record Setup(
            double idleWatts,
            ToDoubleFunction<Set<Call>> busyWatts,
            long stepMillis,
            long readMillis,
            Attribution attribution,
            IdlePolicy idlePolicy) {

        /** A device whose calls pay for its idle power while they are in flight. */
        public Setup(
                double idleWatts,
                ToDoubleFunction<Set<Call>> busyWatts,
                long stepMillis,
                long readMillis,
                Attribution attribution) {
            this(idleWatts, busyWatts, stepMillis, readMillis, attribution, IdlePolicy.INCLUDE);
        }

        /** 70 W without calls and 600 W with calls, split by time. */
        public static Setup squareWaves(long stepMillis, long readMillis) {
            return new Setup(70, calls -> 600, stepMillis, readMillis, Attribution.INFLIGHT);
        }
    }

    /** A call, and what it is charged. */
    public static final class Call {

        public final long beginNanos;
        public final long endNanos;
        public final double promptTokens;
        public final double answerTokens;

        /** Its even share of the device's energy at every moment, in joules. */
        public double trueJoules;

        /** What it is charged at its end. */
        public LedgerCharge.Figure atEnd;

        /** What it is charged in the end. */
        public LedgerCharge charge;

        private Jvm jvm;
        private EnergyLedger.Entry entry;

        private Call(long beginNanos, long endNanos, double promptTokens, double answerTokens) {
            this.beginNanos = beginNanos;
            this.endNanos = endNanos;
            this.promptTokens = promptTokens;
            this.answerTokens = answerTokens;
        }

        public double settledJoules() {
            return charge.figure().joules();
        }

        public boolean settledIsWithinUncertainty() {
            return isWithinUncertainty(charge.figure());
        }

        public boolean atEndIsWithinUncertainty() {
            return isWithinUncertainty(atEnd);
        }

        private boolean isWithinUncertainty(LedgerCharge.Figure figure) {
            return Math.abs(figure.joules() - trueJoules) <= 2 * Math.sqrt(figure.variance());
        }
    }

    private record Event(long nanos, int order, Runnable action) {}

    private final Setup setup;
    private final Random random;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(
                    Comparator.comparingLong(Event::nanos).thenComparingInt(Event::order));
    private final Set<Call> inFlight = new HashSet<>();

    /** All calls, in the order in which they were planned. */
    public final List<Call> calls = new ArrayList<>();

    /** That of the first JVM. */
    public final EnergyLedger ledger;

    private final List<Jvm> jvms = new ArrayList<>();

    private long now = 3_600_000_000_000L;
    private final long start = now;
    private double usedJoules;
    private long shownMicrojoules;
    private long readMicrojoules;
    private long firstMicrojoules = -1;

    /** A ledger, and the calls in flight that it has told the others. */
    private final class Jvm {

        private final EnergyLedger ledger =
                new EnergyLedger(
                        LedgerConfigBuilder.builder()
                                .device("simulated:0")
                                .rangeMicrojoules(Long.MAX_VALUE)
                                .attribution(setup.attribution())
                                .idlePolicy(setup.idlePolicy())
                                .patienceNanos(Math.max(2_000, 4 * setup.readMillis()) * MILLI)
                                .stillNanos(120_000 * MILLI)
                                .build(),
                        () -> now,
                        () -> {});
        private int told;

        private void read() {
            if (this == jvms.get(0)) {
                readMicrojoules = shownMicrojoules;
                firstMicrojoules = firstMicrojoules < 0 ? readMicrojoules : firstMicrojoules;
            }
            ledger.sample(shownMicrojoules);
            // A timer is a little late, each time by another bit.
            long late = random.nextLong(setup.readMillis() * MILLI / 100 + 1);
            at(now + setup.readMillis() * MILLI + late, 1, this::read);
        }

        private void exchange(long nanos) {
            told = ledger.inFlight();
            ledger.inFlightElsewhere(jvms.stream().mapToInt(jvm -> jvm.told).sum() - told);
            at(now + nanos, 1, () -> exchange(nanos));
        }
    }

    /** A device at a random phase, with one ledger. */
    public SimulatedGpu(Setup setup, long seed) {
        this(setup, 1, 0, seed);
    }

    /**
     * A device at a random phase.
     *
     * @param number of JVMs, over which calls are spread at random
     * @param exchangeMillis time between two exchanges of a JVM; 0 for none
     */
    public SimulatedGpu(Setup setup, int number, long exchangeMillis, long seed) {
        this.setup = setup;
        this.random = new Random(seed);
        for (int i = 0; i < number; i++) {
            jvms.add(new Jvm());
        }
        this.ledger = jvms.get(0).ledger;
        at(now + random.nextLong(setup.stepMillis() * MILLI) + 1, 0, this::step);
        for (Jvm jvm : jvms) {
            at(now + random.nextLong(setup.readMillis() * MILLI) + 1, 1, jvm::read);
        }
        if (exchangeMillis > 0) {
            long nanos = exchangeMillis * MILLI;
            for (Jvm jvm : jvms) {
                at(now + random.nextLong(nanos) + 1, 1, () -> jvm.exchange(nanos));
            }
        }
    }

    /** One ledger for each JVM. */
    public List<EnergyLedger> ledgers() {
        return jvms.stream().map(jvm -> jvm.ledger).toList();
    }

    /** Milliseconds since the start. */
    public long millis() {
        return (now - start) / MILLI;
    }

    /** Plans a call without tokens; its begin is that many milliseconds after the start. */
    public Call call(double beginMillis, double millis) {
        return call(beginMillis, millis, 0, 0);
    }

    public Call call(double beginMillis, double millis, double promptTokens, double answerTokens) {
        long begin = start + Math.round(beginMillis * MILLI);
        Call call = new Call(begin, begin + Math.round(millis * MILLI), promptTokens, answerTokens);
        call.jvm = jvms.get(jvms.size() == 1 ? 0 : random.nextInt(jvms.size()));
        calls.add(call);
        at(call.beginNanos, 2, () -> begin(call));
        at(call.endNanos, 2, () -> end(call));
        return call;
    }

    /** Runs until that many milliseconds after the start. */
    public void runUntil(double millis) {
        long until = start + Math.round(millis * MILLI);
        while (events.peek().nanos() <= until) {
            Event next = events.remove();
            pass(next.nanos());
            next.action().run();
        }
        pass(until);
    }

    /** Joules that the counter has moved from the first reading to the last. */
    public double readJoules() {
        return (readMicrojoules - firstMicrojoules) / 1e6;
    }

    private void at(long nanos, int order, Runnable action) {
        events.add(new Event(nanos, order, action));
    }

    private void pass(long until) {
        double seconds = (until - now) / 1e9;
        now = until;
        double joules =
                seconds
                        * (inFlight.isEmpty()
                                ? setup.idleWatts()
                                : setup.busyWatts().applyAsDouble(inFlight));
        usedJoules += joules;
        for (Call call : inFlight) {
            call.trueJoules += joules / inFlight.size();
        }
    }

    private void step() {
        shownMicrojoules = Math.round(usedJoules * 1e6);
        at(now + setup.stepMillis() * MILLI, 0, this::step);
    }

    private void begin(Call call) {
        call.entry = call.jvm.ledger.begin(new ExpectedWork(call.promptTokens, Double.NaN));
        inFlight.add(call);
    }

    private void end(Call call) {
        inFlight.remove(call);
        double tokens = call.promptTokens + call.answerTokens;
        call.charge =
                call.jvm.ledger.end(call.entry, new Work(tokens, call.answerTokens, Double.NaN));
        call.atEnd = call.charge.figure();
    }
}
