package dev.messplus.cli.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process of a cluster. It ends when this JVM does, however that ends. */
public final class FlinkProcess {

    private static final int TAIL_LINES = 30;

    private final String name;
    private final Path log;
    private final Path output;
    private final Process process;

    private FlinkProcess(String name, Path log, Path output, Process process) {
        this.name = name;
        this.log = log;
        this.output = output;
        this.process = process;
    }

    /**
     * Starts a process.
     *
     * @param logs the folder for its log, {@code NAME.log}, and for what else it says
     */
    static FlinkProcess start(String name, Path logs, List<String> command) throws IOException {
        Path output = logs.resolve(name + ".out");
        Process process =
                new ProcessBuilder(command)
                        .directory(logs.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                        .start();
        endWithThisJvm(process);
        return new FlinkProcess(name, logs.resolve(name + ".log"), output, process);
    }

    /** What it is called, such as {@code taskmanager-2}. */
    public String name() {
        return name;
    }

    /** Its process id. */
    public long pid() {
        return process.pid();
    }

    /** Where its log is. */
    public Path log() {
        return log;
    }

    /** Whether it runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Ends it as a lost machine does, at once and without a word, and waits for that. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Asks it to end. */
    void terminate() {
        process.destroy();
    }

    /** Waits for its end, and kills it if that takes too long. */
    void awaitEnd(long timeoutMillis) throws InterruptedException {
        if (!process.waitFor(timeoutMillis, TimeUnit.MILLISECONDS)) {
            kill();
        }
    }

    /**
     * Fails if it has ended.
     *
     * @throws IllegalStateException with the last of its log
     */
    void requireAlive() {
        if (!isAlive()) {
            throw new IllegalStateException(
                    "%s ended; the last of %s:%n%s".formatted(name, log, lastWords()));
        }
    }

    /** The last of its log, or of its output if it came to no log. */
    private String lastWords() {
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
     * Leaves a shell that waits for the end of its input, which comes with the end of this JVM even
     * if that is killed, and then kills the process.
     */
    private static void endWithThisJvm(Process process) throws IOException {
        Process reaper =
                new ProcessBuilder(
                                "sh",
                                "-c",
                                "read -r _; kill -9 \"$1\"",
                                "sh",
                                String.valueOf(process.pid()))
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        process.onExit().thenRun(reaper::destroyForcibly);
    }
}
