package dev.messplus.energy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostTest {

    @TempDir private Path folder;

    @Test
    void allProcessesOfAHostNameItsDevicesAlike() throws Exception {
        Path bootId = Files.writeString(folder.resolve("boot_id"), "6d3a-1\n");
        assertThat(Host.id(bootId)).isEqualTo("6d3a-1");
        assertThat(Host.device("nvml:0")).startsWith("nvml:0@").isEqualTo(Host.device("nvml:0"));
    }

    /** Two hosts that cannot be told apart would share a device that each has for itself. */
    @Test
    void whereNothingNamesTheHostNoOtherProcessHasItsDevices() {
        Path missing = folder.resolve("boot_id");
        assertThat(Host.id(missing)).isNotEmpty().isNotEqualTo(Host.id(missing));
    }
}
