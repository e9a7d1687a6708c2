package dev.messplus.cli.cluster;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessSpec;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint;
import org.apache.flink.runtime.jobmanager.JobManagerProcessSpec;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;
import org.apache.flink.runtime.taskexecutor.TaskManagerRunner;
import org.apache.flink.runtime.util.config.memory.ProcessMemoryUtils;
import org.apache.flink.runtime.zookeeper.FlinkZooKeeperQuorumPeer;

/** The command lines of Flink's processes, as the scripts of its distribution build them. */
final class JvmCommands {

    private final String classpath;
    private final Path conf;
    private final Path logs;
    private final Configuration settings;

    /**
     * Creates the command lines of one cluster.
     *
     * @param classpath of all processes
     * @param conf folder of {@code config.yaml} and {@code log4j2.properties}
     * @param logs folder for logs
     * @param settings content of {@code config.yaml}
     */
    JvmCommands(String classpath, Path conf, Path logs, Configuration settings) {
        this.classpath = classpath;
        this.conf = conf;
        this.logs = logs;
        this.settings = settings;
    }

    List<String> jobManager(String name) {
        JobManagerProcessSpec memory = JobManagerProcessUtils.processSpecFromConfig(settings);
        List<String> command =
                java(
                        name,
                        JobManagerProcessUtils.generateJvmParametersStr(memory, settings),
                        settings.get(CoreOptions.FLINK_JM_JVM_OPTIONS));
        command.add(StandaloneSessionClusterEntrypoint.class.getName());
        command.addAll(List.of("--configDir", conf.toString()));
        command.addAll(words(JobManagerProcessUtils.generateDynamicConfigsStr(memory)));
        return command;
    }

    List<String> taskManager(String name) {
        TaskExecutorProcessSpec memory = TaskExecutorProcessUtils.processSpecFromConfig(settings);
        List<String> command =
                java(
                        name,
                        ProcessMemoryUtils.generateJvmParametersStr(memory),
                        settings.get(CoreOptions.FLINK_TM_JVM_OPTIONS));
        command.add(TaskManagerRunner.class.getName());
        command.addAll(List.of("--configDir", conf.toString()));
        command.addAll(words(TaskExecutorProcessUtils.generateDynamicConfigsStr(memory)));
        command.addAll(
                List.of("-D", TaskManagerOptions.TASK_MANAGER_RESOURCE_ID.key() + "=" + name));
        return command;
    }

    List<String> zooKeeper(String name, Path configuration) {
        List<String> command = java(name, "-Xmx128m", "");
        command.add(FlinkZooKeeperQuorumPeer.class.getName());
        command.addAll(List.of("--zkConfigFile", configuration.toString(), "--peerId", "1"));
        return command;
    }

    private List<String> java(String name, String memory, String options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(words(memory));
        command.addAll(words(settings.get(CoreOptions.FLINK_JVM_OPTIONS)));
        command.addAll(words(options));
        command.add("-Dlog.file=" + logs.resolve(name + ".log"));
        command.add("-Dlog4j.configurationFile=" + conf.resolve("log4j2.properties").toUri());
        command.addAll(List.of("-cp", classpath));
        return command;
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.strip().split("\\s+")).filter(w -> !w.isEmpty()).toList();
    }
}
