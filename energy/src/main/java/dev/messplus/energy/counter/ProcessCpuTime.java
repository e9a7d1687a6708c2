package dev.messplus.energy.counter;

import dev.messplus.energy.EnergyUnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The processor time of a process and of all that descend from it. It never falls: what a process
 * has used stays counted when it ends. Not counted are children that begin and end between two
 * looks at the tree.
 */
final class ProcessCpuTime implements CpuTime {

    /**
     * How often new children are looked for, which reads the state of all processes of the host.
     */
    private static final long LOOK_NANOS = 5_000_000_000L;

    private final String server;
    private final Proc proc;
    private final Finder finder;
    private final LongSupplier nanoClock;

    /** The processes as last seen, the server's first one first; empty while it does not run. */
    private List<Proc.Stat> tree = List.of();

    private long usedNanos;
    private long lookedNanos;

    private interface Finder {
        Proc.Stat find() throws EnergyUnavailableException;
    }

    private ProcessCpuTime(String server, Proc proc, Finder finder, LongSupplier nanoClock) {
        this.server = server;
        this.proc = proc;
        this.finder = finder;
        this.nanoClock = nanoClock;
    }

    /** Of the process with an id, until it ends. */
    static ProcessCpuTime ofPid(Proc proc, long pid, LongSupplier nanoClock)
            throws EnergyUnavailableException {
        Proc.Stat first = running(proc, pid);
        return new ProcessCpuTime(
                "pid-" + pid,
                proc,
                () -> {
                    Proc.Stat now = running(proc, pid);
                    if (!now.isSame(first)) {
                        throw noProcess(pid);
                    }
                    return now;
                },
                nanoClock);
    }

    /** Of whatever process listens on a port: after a restart of the server, of the new one. */
    static ProcessCpuTime ofPort(Proc proc, int port, LongSupplier nanoClock) {
        return new ProcessCpuTime("port-" + port, proc, () -> proc.listener(port), nanoClock);
    }

    @Override
    public String server() {
        return server;
    }

    @Override
    public long nanos() throws EnergyUnavailableException {
        if (!tree.isEmpty()) {
            advance();
        }
        if (tree.isEmpty()) {
            // What it used before anybody looked was for no call.
            tree = proc.tree(finder.find());
            lookedNanos = nanoClock.getAsLong();
        } else if (nanoClock.getAsLong() - lookedNanos >= LOOK_NANOS) {
            addChildren();
        }
        return usedNanos;
    }

    /** Counts what the known processes used, and forgets those that are gone. */
    private void advance() throws EnergyUnavailableException {
        List<Proc.Stat> left = new ArrayList<>(tree.size());
        for (Proc.Stat known : tree) {
            Proc.Stat now = proc.process(known.pid()).filter(known::isSame).orElse(null);
            if (now != null) {
                usedNanos += now.cpuNanos() - known.cpuNanos();
                left.add(now);
            }
        }
        boolean topRuns = !left.isEmpty() && left.get(0).isSame(tree.get(0)) && left.get(0).runs();
        tree = topRuns ? left : List.of();
    }

    /** Adds processes that began since the last look, with all that they have used. */
    private void addChildren() throws EnergyUnavailableException {
        List<Proc.Stat> known = List.copyOf(tree);
        for (Proc.Stat process : proc.tree(known.get(0))) {
            if (known.stream().noneMatch(process::isSame)) {
                usedNanos += process.cpuNanos();
                tree.add(process);
            }
        }
        lookedNanos = nanoClock.getAsLong();
    }

    private static Proc.Stat running(Proc proc, long pid) throws EnergyUnavailableException {
        return proc.process(pid).filter(Proc.Stat::runs).orElseThrow(() -> noProcess(pid));
    }

    private static EnergyUnavailableException noProcess(long pid) {
        return new EnergyUnavailableException(
                "pid %d: there is no such process now; give the server's port instead, which stays the same when it restarts"
                        .formatted(pid));
    }
}
