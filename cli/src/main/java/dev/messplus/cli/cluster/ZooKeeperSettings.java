package dev.messplus.cli.cluster;

import dev.messplus.minicluster.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The configuration of a ZooKeeper with one node. */
final class ZooKeeperSettings {

    private ZooKeeperSettings() {}

    /** Writes the configuration below {@code folder} and returns its file. */
    static Path write(Path folder, int port) throws IOException {
        Path data = Files.createDirectories(folder.resolve("zookeeper"));
        return Files.write(
                folder.resolve("conf/zoo.cfg"),
                List.of(
                        "dataDir=" + data,
                        "clientPort=" + port,
                        "clientPortAddress=" + Ports.LOOPBACK,
                        // The shortest session timeout is two ticks.
                        "tickTime=1000",
                        "admin.enableServer=false"));
    }
}
