package dev.messplus.energy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** The host that this JVM runs on: its containers are on one host, and have names of their own. */
public final class Host {

    /** A number that Linux draws when it starts, the same in all containers. */
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private static final String ID = id(BOOT_ID);

    private Host() {}

    /** The name of a device of this host, which is another one on every host. */
    public static String device(String name) {
        return name + "@" + ID;
    }

    /** Without Linux, each JVM counts as a host. */
    static String id(Path bootId) {
        try {
            return Files.readString(bootId).strip();
        } catch (IOException e) {
            return UUID.randomUUID().toString();
        }
    }
}
