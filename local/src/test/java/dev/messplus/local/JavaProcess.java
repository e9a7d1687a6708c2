package dev.messplus.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A JVM of its own with a small protocol: it says a line when it is up, answers every line that it
 * is told with one, and ends when its input does, so that it cannot outlive who started it.
 */
public final class JavaProcess implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 30;

    private final String name;
    private final Process process;
    private final BufferedReader said;
    private final String firstLine;

    private JavaProcess(String name, Process process) throws IOException {
        this.name = name;
        this.process = process;
        this.said = process.inputReader(StandardCharsets.UTF_8);
        this.firstLine = reply();
    }

    /**
     * Starts a JVM on classes of its own and waits until it is up.
     *
     * @param options such as {@code -Xmx128m}
     */
    public static JavaProcess start(
            Class<?> main, String classpath, List<String> options, String... args)
            throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-cp",
                                classpath));
        command.addAll(options);
        command.add(main.getName());
        command.addAll(List.of(args));
        return new JavaProcess(
                main.getSimpleName(),
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }

    /**
     * Starts a JVM on the classes of this one and waits until it is up.
     *
     * @param heap its largest heap, as {@code -Xmx} takes it
     * @param log the file for what it logs
     */
    public static JavaProcess start(Class<?> main, String heap, Path log, String... args)
            throws IOException {
        return start(
                main,
                System.getProperty("java.class.path"),
                List.of(
                        "-Xmx" + heap,
                        "-Dlog4j2.configurationFile=classpath:log4j2.properties",
                        "-Dlog.file=" + log),
                args);
    }

    /** What it said when it was up. */
    public String firstLine() {
        return firstLine;
    }

    /** Tells it a line and returns its answer. */
    public String tell(String line) {
        try {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
            return reply();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills it as the kernel would that ran out of memory. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Has it stand still, as in a long pause of its garbage collector, until {@link #resume}. */
    public void pause() throws IOException, InterruptedException {
        signal("-STOP");
    }

    /** Has it go on. */
    public void resume() throws IOException, InterruptedException {
        signal("-CONT");
    }

    /** Lets it end by itself, so that it can put away what it has. */
    @Override
    public void close() throws InterruptedException {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // It is gone already.
        }
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            kill();
        }
    }

    private void signal(String signal) throws IOException, InterruptedException {
        int code = new ProcessBuilder("kill", signal, "" + process.pid()).start().waitFor();
        if (code != 0) {
            throw new IOException("kill " + signal + " of " + name + " exited with " + code);
        }
    }

    private String reply() throws IOException {
        String line = said.readLine();
        if (line == null) {
            throw new IOException(name + " ended");
        }
        return line;
    }
}
