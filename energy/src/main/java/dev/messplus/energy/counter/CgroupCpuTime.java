package dev.messplus.energy.counter;

import dev.messplus.energy.EnergyUnavailableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The processor time of a control group of version 2: of a container, or of a service of systemd.
 *
 * @param folder of the group, such as {@code /sys/fs/cgroup/system.slice/ollama.service}
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html#cpu-interface-files">Control
 *     Group v2</a>
 */
record CgroupCpuTime(Path folder) implements CpuTime {

    private static final Pattern USAGE = Pattern.compile("(?m)^usage_usec (\\d{1,18})$");

    @Override
    public String server() {
        return "cgroup-" + folder.getFileName();
    }

    /** Groups in different places may have the same name. */
    @Override
    public String id() {
        return "cgroup-" + folder.toAbsolutePath().normalize();
    }

    @Override
    public long nanos() throws EnergyUnavailableException {
        Path file = folder.resolve("cpu.stat");
        try {
            Matcher usage = USAGE.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
            if (usage.find()) {
                return Long.parseLong(usage.group(1)) * 1_000;
            }
        } catch (IOException e) {
            throw new EnergyUnavailableException(
                    file
                            + ": cannot be read: "
                            + e
                            + ". Give the folder of a control group of version 2, below"
                            + " /sys/fs/cgroup",
                    e);
        }
        throw new EnergyUnavailableException(file + ": has no usage_usec");
    }
}
