package dev.messplus.replay.serving;

import dev.messplus.energy.EnergyConfig.Metering;
import dev.messplus.energy.ledger.EnergyLedger;
import dev.messplus.energy.ledger.LedgerConfigBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * A GPU in virtual time. Servers that share it make their steps in turns, as time slicing does. Its
 * counter moves every {@value #COUNTER_MILLIS} ms, as that of NVML, and the product's ledger reads
 * it, at random phases.
 */
final class SimulatedDevice {

    /** How often the counters of data centre GPUs move. */
    private static final long COUNTER_MILLIS = 100;

    /** Keeps the phases apart from what else is drawn with the seed. */
    private static final long PHASES = 0x9A5E5;

    private final DeviceSpec spec;
    private final VirtualTime time;
    private final EnergyLedger ledger;
    private final List<BatchingServer> servers = new ArrayList<>();
    private final SplittableRandom random;

    private boolean busy;
    private int turn;
    private double watts;
    private double usedJoules;
    private double idleJoules;
    private long usedUntilNanos;
    private long shownMicrojoules;
    private double readJoules;

    SimulatedDevice(int index, DeviceSpec spec, VirtualTime time, long seed) {
        this.spec = spec;
        this.time = time;
        this.random = new SplittableRandom(seed ^ PHASES);
        Metering metering = spec.metering();
        ledger =
                new EnergyLedger(
                        LedgerConfigBuilder.builder()
                                .device("simulated:" + index)
                                .rangeMicrojoules(Long.MAX_VALUE)
                                .attribution(metering.attribution())
                                .idlePolicy(metering.idle())
                                .patienceNanos(metering.patienceNanos())
                                .build(),
                        time::nanoTime,
                        () -> {});
        usedUntilNanos = time.nanoTime();
        watts = spec.idleWatts();
        ledger.sample(0);
        time.after(phase(COUNTER_MILLIS), this::move);
        time.after(phase(metering.samplePeriodMillis()), this::read);
    }

    private long phase(long millis) {
        return random.nextLong(TimeUnit.MILLISECONDS.toNanos(millis)) + 1;
    }

    /** Puts a server on the device. */
    BatchingServer add(ServerSpec server) {
        BatchingServer added = new BatchingServer(server);
        servers.add(added);
        return added;
    }

    Metering metering() {
        return spec.metering();
    }

    EnergyLedger ledger() {
        return ledger;
    }

    /** A server may have work: the next step begins unless one runs. */
    void wake() {
        if (!busy) {
            // After what else happens at this moment: calls that come together begin together.
            pass();
            busy = true;
            time.after(0, this::step);
        }
    }

    private void step() {
        for (int i = 0; i < servers.size(); i++) {
            int next = (turn + i) % servers.size();
            if (servers.get(next).hasWork()) {
                turn = (next + 1) % servers.size();
                step(servers.get(next));
                return;
            }
        }
        busy = false;
        draw(spec.idleWatts());
    }

    private void step(BatchingServer server) {
        BatchingServer.BatchStep step = server.begin(time.nanoTime());
        draw(step.watts());
        time.after(
                Math.max(1, Math.round(step.millis() * 1e6)),
                () -> {
                    pass();
                    server.end(step, time.nanoTime());
                    step();
                });
    }

    private void draw(double newWatts) {
        pass();
        watts = newWatts;
    }

    private void pass() {
        double joules = watts * (time.nanoTime() - usedUntilNanos) / 1e9;
        usedUntilNanos = time.nanoTime();
        usedJoules += joules;
        idleJoules += busy ? 0 : joules;
    }

    private void move() {
        pass();
        shownMicrojoules = Math.round(usedJoules * 1e6);
        time.after(TimeUnit.MILLISECONDS.toNanos(COUNTER_MILLIS), this::move);
    }

    private void read() {
        readJoules = shownMicrojoules / 1e6;
        boolean unused = ledger.sample(shownMicrojoules);
        long period = spec.metering().samplePeriodMillis();
        // A timer is a little late, each time by another bit.
        long late = random.nextLong(TimeUnit.MILLISECONDS.toNanos(period) / 100 + 1);
        time.after(TimeUnit.MILLISECONDS.toNanos(period) + late, this::read);
    }

    /** All joules so far. */
    double usedJoules() {
        pass();
        return usedJoules;
    }

    /** Joules while no server made a step. */
    double idleJoules() {
        pass();
        return idleJoules;
    }

    /** What the ledger was last shown, in joules. */
    double readJoules() {
        return readJoules;
    }
}
