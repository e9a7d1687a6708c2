package dev.messplus.job.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script with which {@code job/Dockerfile} installs the job. */
@EnabledOnOs(OS.LINUX)
class InstallJobTest {

    @TempDir private Path folder;
    private Path job;
    private Path flink;

    @BeforeEach
    void prepare() throws IOException {
        job = folder.resolve("job");
        flink = folder.resolve("flink");
        Files.createDirectories(flink.resolve("plugins/metrics-prometheus"));
    }

    @Test
    void theJarIsTheJobAndThePluginAtOnce() throws Exception {
        jar("messplus-job-0.1.0-cluster.jar");
        jar("messplus-job-0.1.0-metrics.jar");
        jar("messplus-job-0.1.0.jar");

        assertThat(install(0)).isEmpty();

        assertThat(flink.resolve("usrlib/messplus-job.jar"))
                .hasContent("messplus-job-0.1.0-cluster.jar");
        assertThat(flink.resolve("plugins/metrics-prometheus/messplus-job.jar"))
                .hasContent("messplus-job-0.1.0-cluster.jar");
    }

    @Test
    void theJarWithOnnxIsAChoice() throws Exception {
        jar("messplus-job-0.1.0-cluster.jar");
        assertThat(install(1, "cluster-onnx"))
                .startsWith("job/onnx/target has no jar messplus-job-*-cluster-onnx.jar");
        jar("messplus-job-0.1.0-cluster-onnx.jar");

        assertThat(install(0, "cluster-onnx")).isEmpty();

        assertThat(flink.resolve("usrlib/messplus-job.jar"))
                .hasContent("messplus-job-0.1.0-cluster-onnx.jar");
        assertThat(install(1, "onnx")).contains("JAR: must be cluster or cluster-onnx, was onnx");
    }

    @Test
    void saysHowToBuildAMissingJar() throws Exception {
        assertThat(install(1))
                .startsWith("job/target has no jar messplus-job-*-cluster.jar: build it with mvn");
        jar("messplus-job-0.1.0.jar");
        assertThat(install(1)).startsWith("job/target has no jar");
    }

    @Test
    void refusesToChooseBetweenJars() throws Exception {
        jar("messplus-job-0.1.0-cluster.jar");
        jar("messplus-job-0.2.0-cluster.jar");

        assertThat(install(1)).startsWith("job/target has several jars").contains("clean package");
    }

    @Test
    void needsFlinksReporter() throws Exception {
        jar("messplus-job-0.1.0-cluster.jar");
        Files.delete(flink.resolve("plugins/metrics-prometheus"));

        assertThat(install(1)).contains("this Flink has no reporter for Prometheus");
    }

    @Test
    void theDockerfileRunsItOnTheFoldersThatItIsGiven() throws IOException {
        Path module = ComposeFile.ROOT.resolve("job");

        assertThat(Files.readString(module.resolve("Dockerfile")))
                .contains(
                        "ARG JAR=cluster\n",
                        "--mount=type=bind,target=/context /context/install-job /context"
                                + " \"$JAR\" \"$FLINK_HOME\"");
        assertThat(Files.readAllLines(module.resolve(".dockerignore")))
                .containsExactly(
                        "*",
                        "!install-job",
                        "!target/messplus-job-*-cluster.jar",
                        "!onnx/target/messplus-job-*-cluster-onnx.jar");
        assertThat(module.resolve("install-job")).isExecutable();
    }

    private void jar(String name) throws IOException {
        Path target = job.resolve(name.contains("onnx") ? "onnx/target" : "target");
        Files.writeString(Files.createDirectories(target).resolve(name), name);
    }

    private String install(int status) throws Exception {
        return install(status, "cluster");
    }

    private String install(int status, String jar) throws Exception {
        Process process =
                new ProcessBuilder(
                                ComposeFile.ROOT.resolve("job/install-job").toString(),
                                job.toString(),
                                jar,
                                flink.toString())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isEqualTo(status);
        return output;
    }
}
