package dev.messplus.testkit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A server of this package in a separate process, which can be killed and started again on its
 * port. Its first argument is the port.
 */
abstract class ServerProcess implements AutoCloseable {

    private final Class<?> main;
    private final String heap;
    private final List<String> args = new ArrayList<>();
    private JavaProcess process;

    /**
     * Starts the server and waits until it listens.
     *
     * @param heap maximum heap, as {@code -Xmx} takes it
     * @param args arguments after the port
     */
    ServerProcess(Class<?> main, String heap, int port, String... args) throws IOException {
        this.main = main;
        this.heap = heap;
        this.args.add(String.valueOf(port));
        this.args.addAll(List.of(args));
        start();
    }

    /** Starts the server again on its port, and waits until it listens. */
    public final void start() throws IOException {
        process =
                JavaProcess.start(
                        main,
                        JavaProcess.folderOf(main),
                        List.of("-Xmx" + heap),
                        args.toArray(String[]::new));
    }

    /** Sends a line and returns the answer. */
    final String ask(String line) {
        return process.ask(line);
    }

    /** Kills the process. */
    public final void kill() throws InterruptedException {
        process.kill();
    }

    @Override
    public final void close() throws InterruptedException {
        kill();
    }
}
