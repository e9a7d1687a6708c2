package dev.messplus.cli.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A process on this machine, with a log. It ends with this JVM, even if that is killed. */
public final class ChildProcess {

    private static final int TAIL_LINES = 30;

    private final String name;
    private final Path log;
    private final Path output;
    private final Process process;

    private ChildProcess(String name, Path log, Path output, Process process) {
        this.name = name;
        this.log = log;
        this.output = output;
        this.process = process;
    }

    /**
     * Starts a process.
     *
     * @param logs folder for its log, {@code NAME.log}, and its output, {@code NAME.out}
     */
    public static ChildProcess start(String name, Path logs, List<String> command)
            throws IOException {
        Path output = logs.resolve(name + ".out");
        Process process =
                new ProcessBuilder(command)
                        .directory(logs.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                        .start();
        endWithThisJvm(process);
        return new ChildProcess(name, logs.resolve(name + ".log"), output, process);
    }

    /** The name, such as {@code taskmanager-2}. */
    public String name() {
        return name;
    }

    public long pid() {
        return process.pid();
    }

    /** CPU time that the process has used so far, by all of its threads. */
    public Duration cpuTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    public Path log() {
        return log;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Kills the process, like the loss of a machine, and waits until it has ended. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    public void terminate() {
        process.destroy();
    }

    /** Waits for the end of the process, and kills it after the timeout. */
    public void awaitEnd(long timeoutMillis) throws InterruptedException {
        if (!process.waitFor(timeoutMillis, TimeUnit.MILLISECONDS)) {
            kill();
        }
    }

    /**
     * Fails if the process has ended.
     *
     * @throws IllegalStateException with the end of its log
     */
    public void requireAlive() {
        if (!isAlive()) {
            throw new IllegalStateException(
                    "%s ended; the end of %s:%n%s".formatted(name, log, tail()));
        }
    }

    /** The end of the log, or of the output if there is no log. */
    private String tail() {
        try {
            List<String> lines = Files.readAllLines(Files.exists(log) ? log : output);
            return String.join(
                    System.lineSeparator(),
                    lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts a shell that kills the process when its standard input ends. The input is a pipe from
     * this JVM, so it ends with this JVM, even if that is killed.
     */
    private static void endWithThisJvm(Process process) throws IOException {
        Process reaper =
                new ProcessBuilder(
                                "/bin/sh",
                                "-c",
                                "read -r _; kill -9 \"$1\"",
                                "sh",
                                String.valueOf(process.pid()))
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        CompletableFuture<Void> unused = process.onExit().thenRun(reaper::destroyForcibly);
    }
}
