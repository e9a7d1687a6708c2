package dev.messplus.cli.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A process on this machine, with a log. It ends with this JVM, even if that is killed. */
public final class ChildProcess {

    private static final int REASON_LINES = 30;

    /** The level of a line of the log, after its date and time. */
    private static final Pattern ERROR = Pattern.compile("^\\S+ \\S+ (ERROR|FATAL) ");

    private final String name;
    private final Path log;
    private final Path output;
    private final Process process;

    /** Bytes of the log before this process; an earlier one of the same name wrote them. */
    private final long bytesBefore;

    private ChildProcess(String name, Path log, Path output, Process process, long bytesBefore) {
        this.name = name;
        this.log = log;
        this.output = output;
        this.process = process;
        this.bytesBefore = bytesBefore;
    }

    /**
     * Starts a process.
     *
     * @param logs folder for its log, {@code NAME.log}, and its output, {@code NAME.out}
     */
    public static ChildProcess start(String name, Path logs, List<String> command)
            throws IOException {
        Path output = logs.resolve(name + ".out");
        Path log = logs.resolve(name + ".log");
        long bytesBefore = Files.exists(log) ? Files.size(log) : 0;
        Process process =
                new ProcessBuilder(command)
                        .directory(logs.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                        .start();
        endWithThisJvm(process);
        return new ChildProcess(name, log, output, process, bytesBefore);
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
     * @throws IllegalStateException with its exit code and the first error in its log
     */
    public void requireAlive() {
        if (!isAlive()) {
            throw new IllegalStateException(
                    "%s ended with exit code %d; from %s:%n%s"
                            .formatted(name, process.exitValue(), log, reason()));
        }
    }

    /**
     * The first error in the log with what follows it, and the end, which is often about the
     * shutdown. If there is no log, they are those of the output.
     */
    private String reason() {
        try {
            List<String> lines = lines(log, bytesBefore);
            if (lines.isEmpty()) {
                lines = lines(output, 0);
            }
            int end = Math.max(0, lines.size() - REASON_LINES);
            List<String> shown = new ArrayList<>(lines.subList(end, lines.size()));
            for (int i = 0; i < end; i++) {
                if (ERROR.matcher(lines.get(i)).find()) {
                    shown.addAll(0, lines.subList(i, Math.min(i + REASON_LINES, end)));
                    break;
                }
            }
            return String.join(System.lineSeparator(), shown);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The lines of a file from a byte on, or all if it has been replaced by a shorter one. */
    private static List<String> lines(Path file, long from) throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        try (InputStream in = Files.newInputStream(file)) {
            in.skipNBytes(from <= Files.size(file) ? from : 0);
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
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
