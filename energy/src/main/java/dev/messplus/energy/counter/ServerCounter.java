package dev.messplus.energy.counter;

import dev.messplus.energy.EnergyCounter;
import dev.messplus.energy.EnergyUnavailableException;
import dev.messplus.energy.Host;
import java.util.List;

/**
 * The energy of a model server on processors that it shares with others, by its processor time.
 *
 * <p>With RAPL, the server's share of the processor time of all processes, of what the packages and
 * their memory used meanwhile: what is divided is measured. Without it, a core that is busy for the
 * server counts a fixed number of watts: an estimate.
 */
final class ServerCounter implements EnergyCounter {

    /** Processor time that may be charged later than it was used, per core. */
    private static final long MAX_OWED_NANOS = 5_000_000_000L;

    private final CpuTime cpuTime;
    private final Proc proc;
    private final double wattsPerCore;
    private final List<RaplCounter> packages;

    private long[] packageMicrojoules;
    private long serverNanos;
    private long busyNanos;

    /** What the server used, and no energy was shared out for yet. */
    private long owedNanos;

    private double microjoules;

    /**
     * The counter of a server.
     *
     * @param packages all packages of the host and their memory; empty to estimate
     * @param wattsPerCore watts of a busy core, above 0; used without packages
     * @throws EnergyUnavailableException if the server does not run, or a package cannot be read
     */
    ServerCounter(CpuTime cpuTime, Proc proc, List<RaplCounter> packages, double wattsPerCore)
            throws EnergyUnavailableException {
        this.cpuTime = cpuTime;
        this.proc = proc;
        this.packages = List.copyOf(packages);
        this.wattsPerCore = wattsPerCore;
        serverNanos = cpuTime.nanos();
        busyNanos = estimates() ? 0 : proc.busyNanos();
        packageMicrojoules = read();
    }

    @Override
    public String name() {
        return "process:" + cpuTime.server();
    }

    @Override
    public String deviceId() {
        return Host.device("process:" + cpuTime.id());
    }

    @Override
    public long microjoules() throws EnergyUnavailableException {
        long nanos = cpuTime.nanos();
        if (estimates()) {
            // A watt for a nanosecond is a thousandth of a microjoule.
            return Math.round(nanos * wattsPerCore / 1_000);
        }
        long busy = proc.busyNanos();
        if (busy > busyNanos) {
            share(nanos, busy, read());
        }
        return Math.round(microjoules);
    }

    /**
     * Charges the server its share. Linux counts both times in ticks, and not at the same moments:
     * what does not fit into the time of all processes is charged with what they use next.
     */
    private void share(long nanos, long busy, long[] readings) {
        long all = busy - busyNanos;
        // A control group starts again with its service.
        owedNanos += Math.max(0, nanos - serverNanos);
        long used = Math.min(owedNanos, all);
        owedNanos =
                Math.min(
                        owedNanos - used,
                        MAX_OWED_NANOS * Runtime.getRuntime().availableProcessors());
        for (int i = 0; i < readings.length; i++) {
            long range = packages.get(i).rangeMicrojoules();
            long moved = readings[i] - packageMicrojoules[i];
            boolean wrapped = moved < 0 && range < Long.MAX_VALUE;
            microjoules += Math.max(0, wrapped ? moved + range : moved) * ((double) used / all);
        }
        serverNanos = nanos;
        busyNanos = busy;
        packageMicrojoules = readings;
    }

    private long[] read() throws EnergyUnavailableException {
        long[] readings = new long[packages.size()];
        for (int i = 0; i < readings.length; i++) {
            readings[i] = packages.get(i).microjoules();
        }
        return readings;
    }

    /** The server may be idle for as long as it likes. */
    @Override
    public long stillMillis() {
        return Long.MAX_VALUE;
    }

    @Override
    public boolean movesContinuously() {
        return true;
    }

    @Override
    public boolean estimates() {
        return packages.isEmpty();
    }
}
