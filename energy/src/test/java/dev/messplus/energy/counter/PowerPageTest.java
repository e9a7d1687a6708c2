package dev.messplus.energy.counter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.energy.Attribution;
import dev.messplus.energy.IdlePolicy;
import dev.messplus.energy.ledger.EnergyLedger;
import dev.messplus.energy.ledger.ExpectedWork;
import dev.messplus.energy.ledger.LedgerCharge;
import dev.messplus.energy.ledger.LedgerConfigBuilder;
import dev.messplus.energy.ledger.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A GPU of 75 W, and of 500 W while one call of 1 to 4 s is in flight, whose power alone is on a
 * page that is renewed now and then and read every second.
 */
class PowerPageTest {

    private static final long SECOND = 1_000_000_000;
    private static final long TICK = SECOND / 20;
    private static final double IDLE_WATTS = 75;
    private static final double BUSY_WATTS = 500;
    private static final long TICKS = 80_000 * 20L;

    private final Random random = new Random(1);
    private final List<LedgerCharge> charges = new ArrayList<>();
    private final List<Double> trueJoules = new ArrayList<>();
    private long now;

    /** Before, a page of 30 s charged half of the truth. */
    @ParameterizedTest
    @ValueSource(ints = {1, 5, 30})
    void chargesWhatCallsUseInTheMeanAndSaysHowUnsureItIs(int pageSeconds) {
        run(pageSeconds);

        double charged = 0;
        double used = 0;
        int within = 0;
        for (int i = 200; i < charges.size(); i++) {
            LedgerCharge.Figure figure = charges.get(i).figure();
            charged += figure.joules();
            used += trueJoules.get(i);
            double off = Math.abs(figure.joules() - trueJoules.get(i));
            within += off <= 2 * Math.sqrt(figure.variance()) ? 1 : 0;
        }
        assertThat(charged / used).isBetween(0.92, 1.08);
        assertThat(within / (charges.size() - 200.0)).isGreaterThan(0.92);
    }

    private void run(int pageSeconds) {
        var ledger =
                new EnergyLedger(
                        LedgerConfigBuilder.builder()
                                .device("page:0")
                                .rangeMicrojoules(Long.MAX_VALUE)
                                .attribution(Attribution.INFLIGHT)
                                .idlePolicy(IdlePolicy.INCLUDE)
                                .patienceNanos(4 * SECOND)
                                .stillNanos(120 * SECOND)
                                .build(),
                        () -> now,
                        () -> {});
        var power = new PowerIntegral(4 * SECOND, Long.MAX_VALUE);
        EnergyLedger.Entry call = null;
        long begin = 0;
        long end = 0;
        double page = IDLE_WATTS;
        for (long tick = 0; tick < TICKS; tick++) {
            now = tick * TICK;
            if (call != null && now >= end) {
                charges.add(ledger.end(call, new Work(Double.NaN, Double.NaN, Double.NaN)));
                trueJoules.add(BUSY_WATTS * (now - begin) / SECOND);
                call = null;
            } else if (call == null && random.nextInt(150) == 0) {
                call = ledger.begin(new ExpectedWork(0, Double.NaN));
                begin = now;
                end = now + SECOND + random.nextLong(3 * SECOND);
            }
            if (tick % (20L * pageSeconds) == 7) {
                // A sensor is never quite still.
                page = (call == null ? IDLE_WATTS : BUSY_WATTS) + random.nextDouble();
            }
            if (tick % 20 == 0) {
                var unused = ledger.sample(power.add(page, now), power.movedVariance());
            }
        }
    }
}
