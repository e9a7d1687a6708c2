package dev.messplus.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterSettingsTest {

    @TempDir Path folder;

    @Test
    void flinkReadsTheOptionsAsTheyWereWritten() throws Exception {
        Configuration settings =
                settings(Map.of("state.backend.type", "hashmap", "my.own", "a: b"));
        new ClusterSettings(folder).addHighAvailability(settings, "127.0.0.1:2181");
        ClusterSettings.write(settings, folder.resolve("config.yaml"));

        assertThat(GlobalConfiguration.loadConfiguration(folder.toString()).toMap())
                .containsAllEntriesOf(settings.toMap())
                .containsEntry("my.own", "a: b")
                .containsEntry("state.backend.type", "hashmap")
                .containsEntry("execution.checkpointing.dir", uri("checkpoints"))
                .containsEntry("high-availability.storageDir", uri("ha"))
                .containsEntry("high-availability.zookeeper.quorum", "127.0.0.1:2181");
    }

    @Test
    void everyProcessListensOnLoopbackOnly() throws IOException {
        Map<String, String> settings = settings(Map.of()).toMap();
        assertThat(settings)
                .containsEntry("rest.bind-address", "127.0.0.1")
                .containsEntry("jobmanager.bind-host", "127.0.0.1")
                .containsEntry("taskmanager.bind-host", "127.0.0.1");
    }

    @Test
    void commandLinesAreThoseOfAStockFlink() throws IOException {
        JvmCommands commands =
                new JvmCommands(
                        "a.jar:b.jar",
                        folder.resolve("conf"),
                        folder.resolve("logs"),
                        settings(
                                Map.of(
                                        "taskmanager.memory.process.size", "1500m",
                                        "env.java.opts.taskmanager", "-Done=1 -Dtwo=2")));

        List<String> taskManager = commands.taskManager("taskmanager-3");
        assertThat(taskManager)
                .contains(
                        "-Done=1",
                        "-Dtwo=2",
                        "-Dlog.file=" + folder.resolve("logs/taskmanager-3.log"))
                .contains("org.apache.flink.runtime.taskexecutor.TaskManagerRunner")
                .contains("taskmanager.resource-id=taskmanager-3", "taskmanager.cpu.cores=2.0")
                .containsSequence("-cp", "a.jar:b.jar")
                .containsSequence("--configDir", folder.resolve("conf").toString());
        assertThat(megabytes(taskManager, "-Xmx")).isBetween(700L, 900L);
        List<String> jobManager = commands.jobManager("jobmanager");
        assertThat(jobManager)
                .contains(
                        "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
                        "--add-opens=java.base/java.util=ALL-UNNAMED")
                .doesNotContain("-Done=1");
        assertThat(megabytes(jobManager, "-Xmx")).isEqualTo(512);
    }

    @Test
    void aClusterNeedsATaskManagerAndASlot() {
        assertThatThrownBy(() -> options(0, 1))
                .hasMessage("--task-managers: must be at least 1, was 0");
        assertThatThrownBy(() -> options(1, 0)).hasMessage("--slots: must be at least 1, was 0");
    }

    private Configuration settings(Map<String, String> own) throws IOException {
        return new ClusterSettings(folder)
                .of(new ClusterOptions(folder, 8081, 2, 2, true, own), 8081, 6123);
    }

    private ClusterOptions options(int taskManagers, int slots) {
        return new ClusterOptions(folder, 0, taskManagers, slots, false, Map.of());
    }

    private String uri(String name) {
        return folder.resolve(name).toUri().toString();
    }

    private static long megabytes(List<String> command, String flag) {
        return command.stream()
                        .filter(word -> word.startsWith(flag))
                        .mapToLong(word -> Long.parseLong(word.substring(flag.length())))
                        .findFirst()
                        .orElseThrow()
                >> 20;
    }
}
