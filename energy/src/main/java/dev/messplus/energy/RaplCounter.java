package dev.messplus.energy;

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
 * A processor package, or the memory beside it, as Linux' powercap counts it by RAPL, on Intel and
 * AMD.
 *
 * <p>Of the kernel's zones a package is one, {@code intel-rapl:0}; cores and graphics, its
 * sub-zones, are within it, while memory is not. The same packages seen through memory-mapped
 * registers, {@code intel-rapl-mmio}, and the platform as a whole, {@code psys}, would count them
 * once more and are left out.
 *
 * @see <a href="https://docs.kernel.org/power/powercap/powercap.html">Power capping framework</a>
 */
final class RaplCounter implements EnergyCounter {

    private static final Pattern RAPL = Pattern.compile("intel-rapl(:\\d+)*");
    private static final Pattern TOP_ZONE = Pattern.compile("intel-rapl:\\d+");

    /** The die where a package has several, each with a zone of its own. */
    private static final Pattern PACKAGE = Pattern.compile("package-(\\d{1,9})(-die-\\d+)?");

    /** The control type, a zone in it, a sub-zone in that. */
    private static final int MAX_DEPTH = 3;

    private static final int MAX_BYTES = 64;

    private static final String MEMORY = "/dram";

    private final String name;
    private final Path energy;
    private final long range;

    private RaplCounter(String name, Path zone) throws EnergyUnavailableException {
        this.name = name;
        this.energy = zone.resolve("energy_uj");
        Path max = zone.resolve("max_energy_range_uj");
        this.range = Files.exists(max) ? number(max) : Long.MAX_VALUE;
        if (range == 0) {
            throw new EnergyUnavailableException(max + ": is 0, which is no range");
        }
    }

    /**
     * Opens the packages and their memory, and reads each once.
     *
     * @param root {@code /sys/class/powercap}, or where it is mounted; its zones may lie side by
     *     side or within each other
     * @param packages their numbers; empty for all
     * @return at least one
     * @throws EnergyUnavailableException if there is none, one of those asked for is missing, or
     *     one cannot be read
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
                counters.add(new RaplCounter("rapl:" + name, zone.getValue()));
                for (Path sub : subZones(zones, zone.getKey())) {
                    if (text(sub.resolve("name")).equals("dram")) {
                        counters.add(new RaplCounter("rapl:" + name + MEMORY, sub));
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

    @Override
    public long microjoules() throws EnergyUnavailableException {
        return number(energy);
    }

    @Override
    public long rangeMicrojoules() {
        return range;
    }

    /** Some machines show their memory's zone and never count in it. */
    @Override
    public long stillMillis() {
        return name.endsWith(MEMORY) ? Long.MAX_VALUE : 0;
    }

    @Override
    public void close() {}

    /** By name, so that a zone that shows up in two places is one. */
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
                        + (cause == null ? "" : ", for it cannot be listed: " + cause)
                        + ". It takes Linux, with the kernel module intel_rapl_msr; a virtual machine"
                        + " has none mostly; a container sees none unless the host's"
                        + " /sys/class/powercap/intel-rapl is mounted into it, at another path",
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
            // Said below.
        }
        throw new EnergyUnavailableException(
                file
                        + ": should hold microjoules, but holds '"
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
                            + ": may not be read; since Linux 5.10 only root may (CVE-2020-8694)."
                            + " Run as root, or have a udev or tmpfiles.d rule do chmod a+r "
                            + file
                            + " at each boot",
                    e);
        } catch (IOException e) {
            throw new EnergyUnavailableException(file + ": cannot be read: " + e, e);
        }
        if (bytes.length > MAX_BYTES) {
            throw new EnergyUnavailableException(
                    file + ": is longer than " + MAX_BYTES + " bytes; is this powercap?");
        }
        return new String(bytes, StandardCharsets.US_ASCII).strip();
    }
}
