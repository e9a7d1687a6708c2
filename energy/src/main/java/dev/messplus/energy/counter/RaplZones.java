package dev.messplus.energy.counter;

import dev.messplus.energy.EnergyUnavailableException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the RAPL zones of Linux powercap that are to be counted.
 *
 * <p>A processor package is a zone of the kernel, e.g. {@code intel-rapl:0}. Its sub-zones for
 * cores and graphics are part of it; its memory ({@code dram}) is not. The zones {@code
 * intel-rapl-mmio}, the same packages seen through memory-mapped registers, and {@code psys}, the
 * whole platform, are left out, because they would count a package twice.
 *
 * @see <a href="https://docs.kernel.org/power/powercap/powercap.html">Power capping framework</a>
 */
final class RaplZones {

    private static final Pattern RAPL = Pattern.compile("intel-rapl(:\\d+)*");
    private static final Pattern TOP_ZONE = Pattern.compile("intel-rapl:\\d+");

    /** A package with several dies has a zone for each. */
    private static final Pattern PACKAGE = Pattern.compile("package-(\\d{1,9})(-die-\\d+)?");

    /** A control type contains zones, which contain sub-zones. */
    private static final int MAX_DEPTH = 3;

    private final Path root;

    /** Directories by name of the zone, so that a zone which appears in two places counts once. */
    private final SortedMap<String, Path> zones = new TreeMap<>();

    private RaplZones(Path root) throws EnergyUnavailableException {
        this.root = root;
        collect(root, MAX_DEPTH);
    }

    /**
     * Opens packages and their memory, and reads each once.
     *
     * @param root absolute path at which powercap is mounted, usually {@code /sys/class/powercap};
     *     its zones may be siblings or nested
     * @param packages numbers of the packages; empty for all
     * @return at least one counter, ordered by the names of their zones
     * @throws EnergyUnavailableException if there is no package, one of those requested is missing,
     *     or one cannot be read
     */
    static List<RaplCounter> open(Path root, List<Integer> packages)
            throws EnergyUnavailableException {
        List<RaplCounter> counters = new RaplZones(root).counters(packages);
        for (RaplCounter counter : counters) {
            long unused = counter.microjoules();
        }
        return counters;
    }

    private List<RaplCounter> counters(List<Integer> packages) throws EnergyUnavailableException {
        List<RaplCounter> counters = new ArrayList<>();
        SortedSet<Integer> found = new TreeSet<>();
        for (String zone : zones.keySet()) {
            if (!TOP_ZONE.matcher(zone).matches()) {
                continue;
            }
            Matcher name = PACKAGE.matcher(name(zones.get(zone)));
            if (name.matches()) {
                int number = Integer.parseInt(name.group(1));
                found.add(number);
                if (packages.isEmpty() || packages.contains(number)) {
                    addPackage(zone, name.group(), counters);
                }
            }
        }
        requireAll(packages, found);
        return counters;
    }

    private void addPackage(String zone, String name, List<RaplCounter> counters)
            throws EnergyUnavailableException {
        counters.add(new RaplCounter(name, root, zones.get(zone), 0));
        for (Path sub : subZones(zone)) {
            if (name(sub).equals("dram")) {
                // Some machines have such a zone whose counter never moves.
                counters.add(new RaplCounter(name + "/dram", root, sub, Long.MAX_VALUE));
            }
        }
    }

    private void requireAll(List<Integer> packages, SortedSet<Integer> found)
            throws EnergyUnavailableException {
        if (found.isEmpty()) {
            throw none(root, null);
        }
        for (int number : packages) {
            if (!found.contains(number)) {
                throw new EnergyUnavailableException(
                        root + ": has no package " + number + "; it has " + found);
            }
        }
    }

    private void collect(Path directory, int depth) throws EnergyUnavailableException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (RAPL.matcher(name).matches() && Files.isDirectory(entry)) {
                    zones.putIfAbsent(name, entry);
                    if (depth > 1) {
                        collect(entry, depth - 1);
                    }
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw none(directory, e);
        }
    }

    /** The zones whose names start with that of a zone and a colon. */
    private Collection<Path> subZones(String zone) {
        return zones.subMap(zone + ':', zone + (char) (':' + 1)).values();
    }

    private static String name(Path zone) throws EnergyUnavailableException {
        return PowercapFile.text(zone.resolve("name"));
    }

    private static EnergyUnavailableException none(Path root, Exception cause) {
        return new EnergyUnavailableException(
                root
                        + ": has no RAPL package zone (intel-rapl:0)"
                        + (cause == null ? "" : "; it cannot be listed: " + cause)
                        + ". RAPL needs Linux with the kernel module intel_rapl_msr; most virtual"
                        + " machines have none; a container needs the host's"
                        + " /sys/class/powercap/intel-rapl mounted into it, at another path",
                cause);
    }
}
