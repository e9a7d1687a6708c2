package dev.messplus.energy.counter;

import dev.messplus.energy.EnergyUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What Linux states of processes below {@code /proc}.
 *
 * @param root where it is mounted
 * @see <a href="https://man7.org/linux/man-pages/man5/proc.5.html">proc(5)</a>
 */
record Proc(Path root) {

    /** Nanoseconds of a tick, in which Linux states processor time: {@code USER_HZ} is 100. */
    private static final long TICK_NANOS = 10_000_000;

    /** The state of a socket that listens, in hexadecimal (include/net/tcp_states.h). */
    private static final String LISTENS = "0A";

    /** These pass the connections of a published port on to a container. */
    private static final Set<String> CONTAINER_PROXIES = Set.of("docker-proxy", "rootlessport");

    /** Opens the sockets of services that it starts with their first connection. */
    private static final String SERVICE_MANAGER = "systemd";

    /** The state of a process that has ended, and whose parent has not noticed yet. */
    private static final String ZOMBIE = "Z";

    private static final Proc OF_THIS_HOST = new Proc(Path.of("/proc"));

    /** The processes of this host. */
    static Proc ofThisHost() {
        return OF_THIS_HOST;
    }

    /**
     * A process.
     *
     * @param name the name of its program, at most 15 characters
     * @param startTicks when it began; with the id, it identifies the process
     * @param runs {@code false} once it has ended
     * @param cpuNanos processor time that it has used, without its children
     */
    record Stat(long pid, String name, long parent, long startTicks, boolean runs, long cpuNanos) {

        boolean isSame(Stat other) {
            return pid == other.pid && startTicks == other.startTicks;
        }
    }

    /** A process; empty if there is none with this id. */
    Optional<Stat> process(long pid) throws EnergyUnavailableException {
        String line = read(Long.toString(pid), "stat").orElse("");
        // The name is in brackets, and may have any characters.
        int open = line.indexOf('(');
        int close = line.lastIndexOf(')');
        if (open < 0 || close < open) {
            return Optional.empty();
        }
        String[] fields = line.substring(close + 1).strip().split(" ");
        // The page numbers fields from 1; the first of these is field 3.
        long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        return Optional.of(
                new Stat(
                        pid,
                        line.substring(open + 1, close),
                        Long.parseLong(fields[1]),
                        Long.parseLong(fields[19]),
                        !fields[0].equals(ZOMBIE),
                        ticks * TICK_NANOS));
    }

    /** A process and all that descend from it, that process first. */
    List<Stat> tree(Stat top) throws EnergyUnavailableException {
        Map<Long, List<Stat>> children =
                processes().stream().collect(Collectors.groupingBy(Stat::parent));
        List<Stat> tree = new ArrayList<>();
        Deque<Stat> open = new ArrayDeque<>(List.of(top));
        while (!open.isEmpty()) {
            Stat next = open.remove();
            tree.add(next);
            open.addAll(children.getOrDefault(next.pid(), List.of()));
        }
        return tree;
    }

    /**
     * The process that accepts connections on a TCP port of this network namespace; of several that
     * share the socket, the oldest but for the manager of services.
     */
    Stat listener(int port) throws EnergyUnavailableException {
        Set<String> sockets = new HashSet<>();
        for (String table : List.of("tcp", "tcp6")) {
            read("net", table)
                    .ifPresent(
                            text -> text.lines().forEach(line -> addSocket(line, port, sockets)));
        }
        for (Stat process : processes()) {
            if (process.runs()
                    && !process.name().equals(SERVICE_MANAGER)
                    && hasOneOf(sockets, process.pid())) {
                if (CONTAINER_PROXIES.contains(process.name())) {
                    throw new EnergyUnavailableException(
                            "port %d: leads into a container; give the cgroup of the container instead"
                                    .formatted(port));
                }
                return process;
            }
        }
        throw new EnergyUnavailableException(
                "port %d: %s"
                        .formatted(
                                port,
                                sockets.isEmpty()
                                        ? "no process listens on it that can be seen from here; start"
                                                + " the server, or correct the port. A TaskManager in a"
                                                + " container sees its own processes alone: give a cgroup"
                                                + " that is mounted into it"
                                        : "the process that listens on it belongs to another user or"
                                                + " container; run as its user or as root, or give its"
                                                + " cgroup or pid instead"));
    }

    /** Processor time that all processes of the host have used, in nanoseconds. */
    long busyNanos() throws EnergyUnavailableException {
        String line = read("stat").orElse("").lines().findFirst().orElse("");
        String[] fields = line.split(" +");
        if (!fields[0].equals("cpu") || fields.length < 9) {
            throw new EnergyUnavailableException(
                    root.resolve("stat") + ": does not begin with the processor times");
        }
        long ticks = 0;
        for (int i = 1; i < 9; i++) {
            boolean isIdle = i == 4 || i == 5;
            ticks += isIdle ? 0 : Long.parseLong(fields[i]);
        }
        return ticks * TICK_NANOS;
    }

    /** All processes that this one may see, the oldest first. */
    private List<Stat> processes() throws EnergyUnavailableException {
        List<Stat> processes = new ArrayList<>();
        try (Stream<Path> entries = Files.list(root)) {
            for (Path entry : (Iterable<Path>) entries::iterator) {
                String name = entry.getFileName().toString();
                if (Character.isDigit(name.charAt(0))) {
                    visible(Long.parseLong(name)).ifPresent(processes::add);
                }
            }
        } catch (IOException | UncheckedIOException e) {
            throw new EnergyUnavailableException(
                    root + ": cannot be listed: " + e + ". It needs Linux", e);
        }
        processes.sort(Comparator.comparingLong(Stat::startTicks).thenComparingLong(Stat::pid));
        return processes;
    }

    private Optional<Stat> visible(long pid) {
        try {
            return process(pid);
        } catch (EnergyUnavailableException e) {
            // With the mount option hidepid, those of other users are listed and cannot be read.
            return Optional.empty();
        }
    }

    /** Adds the socket of a line of {@code /proc/net/tcp}, if it listens on the port. */
    private static void addSocket(String line, int port, Set<String> sockets) {
        String[] fields = line.strip().split(" +");
        if (fields.length > 9
                && fields[3].equals(LISTENS)
                && fields[1].endsWith(":%04X".formatted(port))) {
            sockets.add("socket:[" + fields[9] + "]");
        }
    }

    private boolean hasOneOf(Set<String> sockets, long pid) {
        if (sockets.isEmpty()) {
            return false;
        }
        try (Stream<Path> files = Files.list(root.resolve(Long.toString(pid)).resolve("fd"))) {
            return files.anyMatch(file -> isOneOf(sockets, file));
        } catch (IOException | UncheckedIOException e) {
            // The process has ended, or belongs to another user.
            return false;
        }
    }

    private static boolean isOneOf(Set<String> sockets, Path file) {
        try {
            return sockets.contains(Files.readSymbolicLink(file).toString());
        } catch (IOException | UnsupportedOperationException e) {
            // It was closed meanwhile, or is no link.
            return false;
        }
    }

    /** The text of a file below the root; empty if there is none, or its process has ended. */
    private Optional<String> read(String first, String... more) throws EnergyUnavailableException {
        Path file = root.resolve(Path.of(first, more));
        try {
            return Optional.of(Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            // ESRCH: the process ended between opening and reading.
            if (Files.notExists(file)
                    || String.valueOf(e.getMessage()).contains("No such process")) {
                return Optional.empty();
            }
            throw new EnergyUnavailableException(file + ": cannot be read: " + e, e);
        }
    }
}
