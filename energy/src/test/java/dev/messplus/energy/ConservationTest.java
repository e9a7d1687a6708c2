package dev.messplus.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Guarantee G5: joules attributed to requests and idle joules add up to what the counter moved, to
 * the millijoule, whatever overlaps and whatever goes wrong.
 */
class ConservationTest {

    private static final double MILLIJOULE = 1e-3;
    private static final long PATIENCE_NANOS = 2_000_000_000;

    /** What the device that many threads use counts up to, in microjoules: 5 s of 137 W. */
    private static final long LAST = 5_000 * 137_000L;

    @Property(tries = 60)
    void nothingIsLostAndNothingIsCountedTwice(
            @ForAll Attribution attribution, @ForAll long seed, @ForAll boolean troubled) {
        var device = new SimulatedDevice(new Random(seed), troubled);
        var ledger = device.ledger(attribution);
        device.showTo(ledger);
        double unseen = ledger.unmeteredJoules();
        List<EnergyLedger.Entry> open = new ArrayList<>();
        double told = 0;
        for (int event = 0; event < 5_000; event++) {
            device.pass();
            switch (device.random.nextInt(4)) {
                case 0, 1 -> open.add(ledger.begin());
                case 2 -> {
                    if (!open.isEmpty()) {
                        var call = open.remove(device.random.nextInt(open.size()));
                        double joules = ledger.end(call, device.tokens());
                        assertThat(joules >= 0 || Double.isNaN(joules)).isTrue();
                        told += Double.isNaN(joules) ? 0 : joules;
                    }
                }
                default -> {
                    if (device.readable()) {
                        ledger.sample(device.raw());
                        if (attribution == Attribution.TOKENS) {
                            ledger.tokensServed(device.tokensOfAll(), device.random.nextBoolean());
                        }
                    }
                }
            }
        }
        for (var call : open) {
            double joules = ledger.end(call, device.tokens());
            told += Double.isNaN(joules) ? 0 : joules;
        }
        device.idleUntilCaughtUp(ledger);

        assertThat(ledger.attributedJoules()).isCloseTo(told, within(MILLIJOULE));
        assertThat(ledger.inFlightJoules()).isCloseTo(0, within(MILLIJOULE));
        assertThat(sum(ledger)).isCloseTo(device.countedJoules(), within(MILLIJOULE));
        assertThat(ledger.idleJoules()).isNotNegative();
        assertThat(ledger.unmeteredJoules()).isNotNegative();
        if (!troubled) {
            // Of calls in the rare moments for which no power is known.
            double untold = ledger.unmeteredJoules() - unseen;
            assertThat(untold).isBetween(0.0, 0.01 * device.countedJoules());
            assertThat(ledger.counterResets()).isZero();
            if (attribution == Attribution.INFLIGHT) {
                assertThat(told + ledger.idleJoules())
                        .isCloseTo(device.countedJoules() - unseen - untold, within(MILLIJOULE));
            }
        }
    }

    @Example
    void holdsUnderThousandsOfOverlappingCallsOfManyThreads() throws Exception {
        for (Attribution attribution : Attribution.values()) {
            var counter = new AtomicLong();
            var clock = new AtomicLong();
            var ledger =
                    new EnergyLedger(
                            "test:0",
                            Long.MAX_VALUE,
                            attribution,
                            Long.MAX_VALUE / 4,
                            0,
                            clock::get,
                            () -> {});
            ledger.sample(0);
            // The device is seen to move, twice: from here on its power is known.
            for (int i = 0; i < 2; i++) {
                clock.addAndGet(1_000_000);
                ledger.sample(counter.addAndGet(137_000));
            }
            ExecutorService threads = Executors.newFixedThreadPool(8);
            double told = 0;
            try {
                List<Callable<Double>> work = new ArrayList<>();
                for (int thread = 0; thread < 7; thread++) {
                    int seed = thread;
                    work.add(() -> calls(ledger, new Random(seed), () -> counter.get() < LAST));
                }
                work.add(
                        () -> {
                            while (counter.get() < LAST) {
                                // 137 W: a millisecond, and what a device takes in it.
                                clock.addAndGet(1_000_000);
                                ledger.sample(counter.addAndGet(137_000));
                            }
                            return 0.0;
                        });
                for (Future<Double> share : threads.invokeAll(work)) {
                    told += share.get();
                }
            } finally {
                threads.shutdownNow();
            }
            assertThat(told).isPositive();
            assertThat(ledger.attributedJoules()).isCloseTo(told, within(MILLIJOULE));
            assertThat(sum(ledger)).isCloseTo(counter.get() / 1e6, within(MILLIJOULE));
        }
    }

    /** Keeps up to 500 calls open at a time while the device works; ends all. */
    private static double calls(EnergyLedger ledger, Random random, BooleanSupplier works) {
        Deque<EnergyLedger.Entry> open = new ArrayDeque<>();
        double told = 0;
        for (int i = 0; i < 20_000 || works.getAsBoolean(); i++) {
            if (open.size() < 500 && random.nextBoolean()) {
                open.add(ledger.begin());
            } else if (!open.isEmpty()) {
                told += ledger.end(open.poll(), random.nextInt(100));
            }
        }
        while (!open.isEmpty()) {
            told += ledger.end(open.poll(), random.nextInt(100));
        }
        return told;
    }

    private static double sum(EnergyLedger ledger) {
        return ledger.attributedJoules()
                + ledger.idleJoules()
                + ledger.otherClientsJoules()
                + ledger.unmeteredJoules()
                + ledger.inFlightJoules();
    }

    /**
     * A device whose power jumps about and whose counter wraps around, falls, leaps and is lost.
     */
    private static final class SimulatedDevice {

        private static final long RANGE = 262_143_328_850L;

        private final Random random;
        private final boolean troubled;
        private long nowNanos = 1_000_000_000_000L;
        private double watts = 100;

        /** What was used since the counter was first read and is not lost to a reset. */
        private long countedMicrojoules;

        /** What the counter moved and nobody has read yet. */
        private long unreadMicrojoules;

        private long raw;
        private boolean reset;
        private long lostUntilNanos;

        SimulatedDevice(Random random, boolean troubled) {
            this.random = random;
            this.troubled = troubled;
            // Wraps around soon, or never.
            this.raw = random.nextBoolean() ? RANGE - 1_000_000 : RANGE / 2;
        }

        EnergyLedger ledger(Attribution attribution) {
            return new EnergyLedger(
                    "test:0", RANGE, attribution, PATIENCE_NANOS, 0, () -> nowNanos, () -> {});
        }

        /** Until the ledger knows its power. */
        void showTo(EnergyLedger ledger) {
            ledger.sample(raw());
            while (Double.isNaN(ledger.watts())) {
                pass(20_000_000);
                ledger.sample(raw());
            }
        }

        void pass() {
            if (random.nextInt(20) == 0) {
                watts = random.nextDouble() * 700;
            }
            pass(random.nextInt(20_000_000));
            if (troubled && random.nextInt(500) == 0) {
                lostUntilNanos = nowNanos + random.nextInt(6) * 1_000_000_000L;
            }
            if (troubled && raw > RANGE / 4 && raw < RANGE * 3 / 4 && random.nextInt(1_000) == 0) {
                // A driver that reloads: what was not read of the counter is gone. Not near an end
                // of the range, where nobody could tell it from going on or from wrapping around.
                raw = 0;
                unreadMicrojoules = 0;
                reset = true;
            }
        }

        private void pass(long nanos) {
            nowNanos += nanos;
            long used = Math.round(watts * nanos / 1e3);
            raw = (raw + used) % RANGE;
            unreadMicrojoules += used;
        }

        boolean readable() {
            return nowNanos >= lostUntilNanos;
        }

        /** Reads the counter; after a reset, what it has counted anew is lost as well. */
        long raw() {
            countedMicrojoules += reset ? 0 : unreadMicrojoules;
            unreadMicrojoules = 0;
            reset = false;
            return raw;
        }

        double countedJoules() {
            return countedMicrojoules / 1e6;
        }

        double tokens() {
            return random.nextInt(10) == 0 ? Double.NaN : random.nextInt(400);
        }

        double tokensOfAll() {
            return random.nextInt(2_000);
        }

        private boolean isBehind(EnergyLedger ledger) {
            return !ledger.available() || sum(ledger) > countedJoules() + MILLIJOULE / 2;
        }

        void idleUntilCaughtUp(EnergyLedger ledger) {
            nowNanos = Math.max(nowNanos, lostUntilNanos);
            watts = 50;
            for (int i = 0; i < 10_000 && isBehind(ledger); i++) {
                pass(50_000_000);
                ledger.sample(raw());
            }
        }
    }
}
