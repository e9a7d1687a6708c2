package dev.messplus.cli.failure;

import dev.messplus.minicluster.Ports;
import dev.messplus.testkit.JavaProcess;
import java.io.IOException;
import java.nio.file.Path;

/** A {@link Broker} that can be killed, and started again on the same data. */
final class BrokerProcess implements AutoCloseable {

    private final Path folder;
    private final int port;
    private JavaProcess process;

    /** Starts a broker with its data in {@code folder}. */
    BrokerProcess(Path folder) throws IOException {
        this.folder = folder;
        this.port = Ports.free();
        start();
    }

    /** Starts the broker again on its port and data, and waits until it is up. */
    void start() throws IOException {
        process =
                JavaProcess.start(
                        Broker.class,
                        "512m",
                        folder.resolve("broker.log"),
                        folder.toString(),
                        String.valueOf(port));
    }

    /** Address for clients. */
    String bootstrap() {
        return process.firstLine();
    }

    /** Kills the process. */
    void kill() throws InterruptedException {
        process.kill();
    }

    @Override
    public void close() throws InterruptedException {
        process.close();
    }
}
