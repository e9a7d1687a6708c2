package dev.messplus.local;

import dev.messplus.local.FaultyModels.Fault;
import dev.messplus.local.FaultyModels.Stats;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;

/** A {@link FaultyModels} in a process of its own, which can be killed and started again. */
public final class ModelProcess implements AutoCloseable {

    private final int port;
    private final long seed;
    private JavaProcess process;

    /** Starts the server and waits until it listens. */
    public ModelProcess(int port, long seed) throws IOException {
        this.port = port;
        this.seed = seed;
        start();
    }

    /** Starts the server again on its port, and waits until it listens. */
    public void start() throws IOException {
        process =
                JavaProcess.start(
                        FaultyModels.class,
                        classes(),
                        List.of("-Xmx128m"),
                        String.valueOf(port),
                        String.valueOf(seed));
    }

    /** Its base address, as a configuration has it. */
    public String url() {
        return FaultyModels.url(port);
    }

    /** Has the server behave so from its next call on. */
    Stats fault(Fault fault) {
        return Stats.parse(process.tell(fault.name()));
    }

    Stats stats() {
        return Stats.parse(process.tell(""));
    }

    /** Kills the process. */
    public void kill() throws InterruptedException {
        process.kill();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }

    /** The classes of the tests alone, to be up quickly. */
    private static String classes() {
        try {
            return Path.of(
                            FaultyModels.class
                                    .getProtectionDomain()
                                    .getCodeSource()
                                    .getLocation()
                                    .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
