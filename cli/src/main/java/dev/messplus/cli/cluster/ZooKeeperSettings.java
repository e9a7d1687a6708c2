package dev.messplus.cli.cluster;

import dev.messplus.local.embedded.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Settings of a ZooKeeper of one node. */
final class ZooKeeperSettings {

    private ZooKeeperSettings() {}

    /** Writes them below {@code folder} and returns the file. */
    static Path write(Path folder, int port) throws IOException {
        Path data = Files.createDirectories(folder.resolve("zookeeper"));
        return Files.write(
                folder.resolve("conf/zoo.cfg"),
                List.of(
                        "dataDir=" + data,
                        "clientPort=" + port,
                        "clientPortAddress=" + Ports.LOOPBACK,
                        // Sessions may be as short as two ticks.
                        "tickTime=1000",
                        "admin.enableServer=false"));
    }
}
