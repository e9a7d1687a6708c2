package dev.messplus.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlinkProcessTest {

    private static final List<String> FOR_AN_HOUR = List.of("sleep", "3600");

    @TempDir Path logs;

    @Test
    void aProcessThatEndedShowsTheEndOfItsLog() throws Exception {
        ChildProcess process =
                ChildProcess.start("p", logs, List.of("sh", "-c", "echo no memory; exit 3"));
        process.awaitEnd(60_000);
        assertThat(process.isAlive()).isFalse();
        assertThatThrownBy(process::requireAlive)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("p ended with exit code 3")
                .hasMessageEndingWith("no memory");
    }

    /** What a JobManager logs while it shuts down is longer than what is shown. */
    @Test
    void aProcessThatEndedShowsTheFirstErrorOfItsLog() throws Exception {
        String log =
                "2026-01-01 00:00:00.000 INFO  c.C started\n"
                        + "2026-01-01 00:00:01.000 ERROR c.C The port is in use\n"
                        + "2026-01-01 00:00:01.001 INFO  c.C stopping\n".repeat(100);
        Path file = logs.resolve("p.log");
        Files.writeString(file, "2026-01-01 00:00:00.000 ERROR c.C an earlier process\n");
        ChildProcess process =
                ChildProcess.start(
                        "p",
                        logs,
                        List.of("sh", "-c", "printf %s \"$1\" >> p.log; exit 1", "sh", log));
        process.awaitEnd(60_000);
        assertThatThrownBy(process::requireAlive)
                .hasMessageContaining("The port is in use")
                .hasMessageEndingWith("stopping")
                .message()
                .doesNotContain("started", "an earlier process");
    }

    @Test
    void aProcessCanBeKilled() throws Exception {
        ChildProcess process = ChildProcess.start("p", logs, FOR_AN_HOUR);
        process.requireAlive();
        process.kill();
        assertThat(process.isAlive()).isFalse();
        assertThat(ProcessHandle.of(process.pid())).isNotPresent();
    }

    /** A JVM that is killed runs no shutdown hook; its processes must end all the same. */
    @Test
    void aProcessEndsWithTheJvmThatStartedItEvenIfThatIsKilled() throws Exception {
        Process parent =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx64m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Parent.class.getName(),
                                logs.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (BufferedReader said = parent.inputReader(StandardCharsets.UTF_8)) {
            ProcessHandle child = ProcessHandle.of(Long.parseLong(said.readLine())).orElseThrow();
            try {
                assertThat(child.isAlive()).isTrue();
                parent.destroyForcibly().waitFor();
                await().atMost(Duration.ofSeconds(30)).until(() -> !child.isAlive());
            } finally {
                child.destroyForcibly();
            }
        }
    }

    /** A JVM that starts a process, prints its id and keeps running. */
    static final class Parent {

        private Parent() {}

        public static void main(String[] args) throws Exception {
            System.out.println(ChildProcess.start("p", Path.of(args[0]), FOR_AN_HOUR).pid());
            Thread.currentThread().join();
        }
    }
}
