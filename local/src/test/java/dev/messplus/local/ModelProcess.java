package dev.messplus.local;

import dev.messplus.local.FaultyModels.Fault;
import dev.messplus.local.FaultyModels.Stats;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A {@link FaultyModels} in a process of its own, which can be killed and started again. */
final class ModelProcess implements AutoCloseable {

    private final int port;
    private final long seed;
    private Process process;
    private BufferedReader said;

    /** Starts the server and waits until it listens. */
    ModelProcess(int port, long seed) throws IOException {
        this.port = port;
        this.seed = seed;
        start();
    }

    /** Starts the server again on its port, and waits until it listens. */
    void start() throws IOException {
        process =
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "-Xmx128m",
                                        "-XX:TieredStopAtLevel=1",
                                        "-XX:+UseSerialGC",
                                        "-cp",
                                        classes(),
                                        FaultyModels.class.getName(),
                                        String.valueOf(port),
                                        String.valueOf(seed)))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        said = process.inputReader(StandardCharsets.UTF_8);
        reply();
    }

    String url() {
        return FaultyModels.url(port);
    }

    /** Has the server behave so from its next call on. */
    Stats fault(Fault fault) {
        return tell(fault.name());
    }

    Stats stats() {
        return tell("");
    }

    /** Kills the process as the kernel would that ran out of memory. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }

    private Stats tell(String line) {
        try {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
            return reply();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Stats reply() throws IOException {
        String line = said.readLine();
        if (line == null) {
            throw new IOException("the model server on port " + port + " ended");
        }
        return Stats.parse(line);
    }

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
