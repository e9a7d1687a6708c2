package dev.messplus.energy.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.energy.Attribution;
import dev.messplus.energy.IdlePolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** A device of 70 W without calls, and of 100 to 600 W with calls. */
class IdlePartTest {

    private static final int IDLE_WATTS = 70;
    private static final double ROUNDING = 1e-6;

    /** Calls come, go, are given up and wait on their server; the counter is read at any time. */
    @Property(tries = 60)
    void allPartsTogetherAreTheIdlePowerOfTheBusySeconds(
            @ForAll Attribution attribution, @ForAll long seed) {
        var device = new Device(attribution, new Random(seed));
        device.readTimes(5);
        for (int event = 0; event < 2_000; event++) {
            device.pass();
            device.callOrRead();
        }
        device.endAll();
        device.readTimes(3);

        double idleJoules = 0;
        for (LedgerCharge charge : device.charges) {
            assertThat(charge.isSettled()).isTrue();
            LedgerCharge.Figure figure = charge.figure();
            assertThat(figure.idleJoules()).isBetween(0.0, Math.max(0, figure.joules()));
            idleJoules += figure.idleJoules();
        }
        assertThat(idleJoules).isCloseTo(IDLE_WATTS * device.busySeconds, within(ROUNDING));
    }

    private static final class Device {

        private final List<EnergyLedger.Entry> open = new ArrayList<>();
        private final List<LedgerCharge> charges = new ArrayList<>();
        private final Random random;
        private final EnergyLedger ledger;
        private long nowMillis;
        private long microjoules;
        private double busySeconds;

        Device(Attribution attribution, Random random) {
            this.random = random;
            ledger =
                    new EnergyLedger(
                            LedgerFixture.config()
                                    .attribution(attribution)
                                    .idlePolicy(IdlePolicy.INCLUDE)
                                    .build(),
                            () -> nowMillis * 1_000_000,
                            () -> {});
        }

        void pass() {
            int millis = 1 + random.nextInt(100);
            nowMillis += millis;
            int watts = open.isEmpty() ? IDLE_WATTS : 100 + random.nextInt(500);
            microjoules += 1_000L * watts * millis;
            busySeconds += open.isEmpty() ? 0 : millis / 1e3;
        }

        void readTimes(int times) {
            for (int i = 0; i < times; i++) {
                pass();
                var unused = ledger.sample(microjoules);
            }
        }

        void callOrRead() {
            switch (random.nextInt(3)) {
                case 0 -> open.add(LedgerFixture.begin(ledger));
                case 1 -> endOne();
                default -> {
                    var unused = ledger.sample(microjoules);
                }
            }
        }

        /** What the last call in flight does not use, nobody does: it ends with all of its time. */
        private void endOne() {
            if (open.isEmpty()) {
                return;
            }
            boolean isLast = open.size() == 1;
            EnergyLedger.Entry call = open.remove(random.nextInt(open.size()));
            if (!isLast && random.nextInt(10) == 0) {
                ledger.cancel(call);
            } else {
                charges.add(ledger.end(call, work(!isLast && random.nextInt(10) == 0)));
            }
        }

        void endAll() {
            open.forEach(call -> charges.add(ledger.end(call, work(false))));
            open.clear();
        }

        private Work work(boolean waited) {
            double tokens = 1 + random.nextInt(500);
            return new Work(tokens, tokens, waited ? 1e-3 : Double.NaN);
        }
    }
}
