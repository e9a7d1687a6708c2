package dev.messplus.job.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.job.restore.SnapshotFixture;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script that starts the job in a container, from the newest checkpoint or savepoint. */
@EnabledOnOs(OS.LINUX)
class StartJobTest {

    private static final Path SCRIPT = ComposeFile.ROOT.resolve("flink-conf/compose/start-job");
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir private Path folder;
    private Path state;

    @BeforeEach
    void prepare() throws IOException {
        state = Files.createDirectories(folder.resolve("state"));
        // Takes the place of Flink's script and prints its arguments.
        Path flink = Files.createDirectories(folder.resolve("bin")).resolve("standalone-job.sh");
        Files.writeString(flink, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
        Files.setPosixFilePermissions(flink, PosixFilePermissions.fromString("rwx------"));
        writeLib();
    }

    @Test
    void startsWithoutStateIfThereIsNone() throws Exception {
        assertThat(start(0))
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
    void startsFromTheNewestThatIsComplete() throws Exception {
        write("checkpoints/0a/chk-9", 0);
        write("checkpoints/0b/chk-10", 2);
        write("savepoints/savepoint-0a-1", 1);
        // Newer than the others, but begun only.
        Files.createDirectories(state.resolve("checkpoints/0b/chk-11"));
        // Newer, but the machine died.
        write("checkpoints/0b/chk-12", 3);
        Files.write(state.resolve("checkpoints/0b/chk-12/_metadata"), new byte[20]);

        assertThat(start(0))
                .anyMatch(
                        line -> line.startsWith("Passing over " + state + "/checkpoints/0b/chk-12"))
                .containsSequence("--fromSavepoint", state + "/checkpoints/0b/chk-10");

        write("savepoints/savepoint-0b-2", 4);
        assertThat(start(0))
                .containsSequence("--fromSavepoint", state + "/savepoints/savepoint-0b-2");
    }

    @Test
    void doesNotForgetWhatCannotBeRead() throws Exception {
        write("checkpoints/0a/chk-9", 0);
        Files.write(state.resolve("checkpoints/0a/chk-9/_metadata"), new byte[20]);

        assertThat(start(1))
                .last()
                .asString()
                .contains("all checkpoints and savepoints are damaged");
    }

    @Test
    void doesNotForgetWhatCannotBeReachedNow() throws Exception {
        write("checkpoints/0a/chk-9", 0);
        write("checkpoints/0a/chk-10", 1);
        Path file = state.resolve("checkpoints/0a/chk-10/shared");
        Files.delete(file);
        Files.createSymbolicLink(file, file);

        assertThat(start(1))
                .singleElement()
                .asString()
                .startsWith(state + "/checkpoints/0a/chk-10: cannot tell whether it is complete");
    }

    private void write(String snapshot, int second) throws IOException {
        SnapshotFixture.write(state.resolve(snapshot), NOW.plusSeconds(second));
    }

    /** The folder of Flink's jars, with one that refers to the class path of the tests. */
    private void writeLib() throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes()
                .put(
                        Attributes.Name.CLASS_PATH,
                        Arrays.stream(
                                        System.getProperty("java.class.path")
                                                .split(File.pathSeparator))
                                .map(entry -> Path.of(entry).toUri().toString())
                                .collect(Collectors.joining(" ")));
        Path lib = Files.createDirectories(folder.resolve("lib"));
        try (OutputStream out = Files.newOutputStream(lib.resolve("flink.jar"));
                JarOutputStream jar = new JarOutputStream(out, manifest)) {
            jar.finish();
        }
    }

    private List<String> start(int status) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(
                                "bash", SCRIPT.toString(), state.toString(), "mess.yaml", "-Da.b=c")
                        .redirectErrorStream(true);
        builder.environment().put("FLINK_HOME", folder.toString());
        builder.environment()
                .merge(
                        "PATH",
                        folder.resolve("bin").toString(),
                        (path, ours) -> ours + File.pathSeparator + path);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isEqualTo(status);
        return output.lines().toList();
    }
}
