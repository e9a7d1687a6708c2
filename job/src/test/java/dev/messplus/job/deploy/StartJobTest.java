package dev.messplus.job.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script that starts the job in a container, from the newest checkpoint or savepoint. */
@EnabledOnOs(OS.LINUX)
class StartJobTest {

    private static final Path SCRIPT = ComposeFile.ROOT.resolve("flink-conf/compose/start-job");

    @TempDir private Path folder;
    private Path state;

    @BeforeEach
    void prepare() throws IOException {
        state = Files.createDirectories(folder.resolve("state"));
        // Takes the place of Flink's script and prints its arguments.
        Path flink = Files.createDirectories(folder.resolve("bin")).resolve("standalone-job.sh");
        Files.writeString(flink, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
        Files.setPosixFilePermissions(flink, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void startsWithoutStateIfThereIsNone() throws Exception {
        assertThat(start())
                .containsExactly(
                        "Starting from nothing",
                        "start-foreground",
                        "-Da.b=c",
                        "--job-classname",
                        "dev.messplus.job.MessJob",
                        "--",
                        "--config",
                        "mess.yaml");
    }

    @Test
    void startsFromTheNewestCheckpointOrSavepoint() throws Exception {
        Instant now = Instant.parse("2026-01-02T03:04:05Z");
        complete("checkpoints/0a/chk-9", now);
        complete("checkpoints/0b/chk-10", now.plusSeconds(2));
        complete("savepoints/savepoint-0a-1", now.plusSeconds(1));
        // Newer than the others, but incomplete.
        Files.createDirectories(state.resolve("checkpoints/0b/chk-11"));
        assertThat(start()).containsSequence("--fromSavepoint", state + "/checkpoints/0b/chk-10");

        complete("savepoints/savepoint-0b-2", now.plusSeconds(3));
        assertThat(start())
                .containsSequence("--fromSavepoint", state + "/savepoints/savepoint-0b-2");
    }

    private void complete(String checkpoint, Instant when) throws IOException {
        Path metadata = Files.createDirectories(state.resolve(checkpoint)).resolve("_metadata");
        Files.setLastModifiedTime(Files.createFile(metadata), FileTime.from(when));
    }

    private List<String> start() throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(
                                "bash", SCRIPT.toString(), state.toString(), "mess.yaml", "-Da.b=c")
                        .redirectErrorStream(true);
        builder.environment()
                .merge(
                        "PATH",
                        folder.resolve("bin").toString(),
                        (path, ours) -> ours + File.pathSeparator + path);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.lines().toList();
    }
}
