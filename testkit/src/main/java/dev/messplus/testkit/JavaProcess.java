package dev.messplus.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A JVM with a small protocol: it prints a line once it is up, answers every line of its input with
 * one line, and ends with its input, so that it cannot outlive the test.
 */
public final class JavaProcess implements AutoCloseable {

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
     * Starts a JVM with another class path and waits until it is up.
     *
     * @param options options of the JVM, such as {@code -Xmx128m}
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
     * Starts a JVM with the class path of this one and waits until it is up.
     *
     * @param heap maximum heap, as {@code -Xmx} takes it
     * @param log log file
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

    /** Only the classes beside a class and beneath, with which a JVM starts quickly. */
    static String folderOf(Class<?> main) {
        try {
            return Path.of(main.getProtectionDomain().getCodeSource().getLocation().toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The line it printed once it was up. */
    public String firstLine() {
        return firstLine;
    }

    /** Sends a line and returns the answer. */
    public String ask(String line) {
        try {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
            return reply();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills the process with SIGKILL, as the kernel does when memory runs out. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Pauses the process, like a long garbage collection, until {@link #resume}. */
    public void pause() throws IOException, InterruptedException {
        signal("-STOP");
    }

    /** Ends a pause. */
    public void resume() throws IOException, InterruptedException {
        signal("-CONT");
    }

    /** Ends the input, and waits until the process has ended by itself. */
    @Override
    public void close() throws InterruptedException {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // The process has already ended.
        }
        if (!process.waitFor(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS)) {
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
