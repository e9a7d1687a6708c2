package dev.messplus.energy.counter;

import dev.messplus.energy.EnergyUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The energy of a processor package or of its memory, read through Linux powercap from RAPL
 * (Running Average Power Limit), on Intel and AMD processors.
 *
 * <p>A package is a zone of the kernel, e.g. {@code intel-rapl:0}. Its sub-zones for cores and
 * graphics are part of it; its memory ({@code dram}) is not. The zones {@code intel-rapl-mmio}, the
 * same packages seen through memory-mapped registers, and {@code psys}, the whole platform, are
 * left out, because they would count a package twice.
 *
 * @see <a href="https://docs.kernel.org/power/powercap/powercap.html">Power capping framework</a>
 */
final class RaplCounter implements EnergyCounter {

    private static final Pattern RAPL = Pattern.compile("intel-rapl(:\\d+)*");
    private static final Pattern TOP_ZONE = Pattern.compile("intel-rapl:\\d+");

    /** A package with several dies has a zone for each. */
    private static final Pattern PACKAGE = Pattern.compile("package-(\\d{1,9})(-die-\\d+)?");

    /** A control type contains zones, which contain sub-zones. */
    private static final int MAX_DEPTH = 3;

    private static final int MAX_BYTES = 64;

    private static final String MEMORY = "/dram";

    private final String name;
    private final String deviceId;
    private final Path energy;
    private final long range;

    private RaplCounter(String name, Path root, Path zone) throws EnergyUnavailableException {
        this.name = name;
        this.deviceId = root + ":" + name;
        this.energy = zone.resolve("energy_uj");
        Path max = zone.resolve("max_energy_range_uj");
        this.range = Files.exists(max) ? number(max) : Long.MAX_VALUE;
        if (range == 0) {
            throw new EnergyUnavailableException(max + ": is 0, but must be above 0");
        }
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
        SortedMap<String, Path> zones = new TreeMap<>();
        collect(root, MAX_DEPTH, zones);
        List<RaplCounter> counters = new ArrayList<>();
        SortedSet<Integer> found = new TreeSet<>();
        for (Map.Entry<String, Path> zone : zones.entrySet()) {
            if (!TOP_ZONE.matcher(zone.getKey()).matches()) {
                continue;
            }
            String name = text(zone.getValue().resolve("name"));
            Matcher matcher = PACKAGE.matcher(name);
            if (!matcher.matches()) {
                continue;
            }
            int number = Integer.parseInt(matcher.group(1));
            found.add(number);
            if (packages.isEmpty() || packages.contains(number)) {
                counters.add(new RaplCounter("rapl:" + name, root, zone.getValue()));
                for (Path sub : subZones(zones, zone.getKey())) {
                    if (text(sub.resolve("name")).equals("dram")) {
                        counters.add(new RaplCounter("rapl:" + name + MEMORY, root, sub));
                    }
                }
            }
        }
        if (found.isEmpty()) {
            throw none(root, null);
        }
        for (int number : packages) {
            if (!found.contains(number)) {
                throw new EnergyUnavailableException(
                        root + ": has no package " + number + "; it has " + found);
            }
        }
        for (RaplCounter counter : counters) {
            counter.microjoules();
        }
        return counters;
    }

    @Override
    public String name() {
        return name;
    }

    /** The {@link #name} below the root at which powercap is mounted. */
    @Override
    public String deviceId() {
        return deviceId;
    }

    @Override
    public long microjoules() throws EnergyUnavailableException {
        return number(energy);
    }

    @Override
    public long rangeMicrojoules() {
        return range;
    }

    /** Some machines have a zone for memory whose counter never moves. */
    @Override
    public long stillMillis() {
        return name.endsWith(MEMORY) ? Long.MAX_VALUE : 0;
    }

    @Override
    public void close() {}

    /** Collects zones by name, so that a zone which appears in two places counts once. */
    private static void collect(Path directory, int depth, SortedMap<String, Path> zones)
            throws EnergyUnavailableException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (RAPL.matcher(name).matches() && Files.isDirectory(entry)) {
                    zones.putIfAbsent(name, entry);
                    if (depth > 1) {
                        collect(entry, depth - 1, zones);
                    }
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw none(directory, e);
        }
    }

    private static Iterable<Path> subZones(SortedMap<String, Path> zones, String zone) {
        return zones.subMap(zone + ':', zone + (char) (':' + 1)).values();
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

    private static long number(Path file) throws EnergyUnavailableException {
        String text = text(file);
        try {
            long number = Long.parseLong(text);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Reported below.
        }
        throw new EnergyUnavailableException(
                file
                        + ": must contain a number, at least 0, but contains '"
                        + text.replaceAll("\\P{Print}", "?")
                        + "'");
    }

    private static String text(Path file) throws EnergyUnavailableException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (AccessDeniedException e) {
            throw new EnergyUnavailableException(
                    file
                            + ": permission denied; since Linux 5.10 only root may read it"
                            + " (CVE-2020-8694). Run as root, or let a udev or tmpfiles.d rule run"
                            + " chmod a+r "
                            + file
                            + " at each boot",
                    e);
        } catch (IOException e) {
            throw new EnergyUnavailableException(file + ": cannot be read: " + e, e);
        }
        if (bytes.length > MAX_BYTES) {
            throw new EnergyUnavailableException(
                    file + ": is longer than " + MAX_BYTES + " bytes; check that this is powercap");
        }
        return new String(bytes, StandardCharsets.US_ASCII).strip();
    }
}
