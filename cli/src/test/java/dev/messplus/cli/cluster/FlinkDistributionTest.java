package dev.messplus.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlinkDistributionTest {

    @TempDir private Path home;

    private FlinkDistribution distribution;

    @BeforeEach
    void layOut() throws IOException {
        Path cluster = Files.createDirectory(home.resolve("cluster"));
        for (String kind : new String[] {"cluster", "cluster-onnx", "metrics"}) {
            Files.createFile(cluster.resolve("messplus-job-1-SNAPSHOT-" + kind + ".jar"));
        }
        distribution = new FlinkDistribution(home);
    }

    @ParameterizedTest
    @CsvSource({
        "static, cluster",
        "hashing, cluster",
        "all-MiniLM-L6-v2, cluster-onnx",
        "/models/mine, cluster-onnx",
        "${env:MODEL}, cluster-onnx", // whatever the cluster says, it runs
    })
    void theJarIsTheSmallestThatRunsTheModel(String model, String kind) {
        assertThat(distribution.jobJarFor(model))
                .hasFileName("messplus-job-1-SNAPSHOT-" + kind + ".jar");
    }

    @Test
    void flinksClassPathIsInTheFolderOfLibrariesAndHasTheReporterOfMetrics() throws IOException {
        Path lib = Files.createDirectory(home.resolve("lib"));
        Path elsewhere = home.resolve("elsewhere.jar");
        Files.writeString(
                lib.resolve("flink.classpath"),
                "." + File.separator + "a.jar" + File.pathSeparator + elsewhere);

        assertThat(distribution.flinkClasspath().split(File.pathSeparator))
                .containsExactly(
                        lib.resolve("a.jar").toString(),
                        elsewhere.toString(),
                        home.resolve("cluster/messplus-job-1-SNAPSHOT-metrics.jar").toString());
    }

    @Test
    void whatIsMissingIsNamed() throws IOException {
        Files.delete(home.resolve("cluster/messplus-job-1-SNAPSHOT-cluster.jar"));

        assertThatThrownBy(distribution::jobJar)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("cluster/messplus-job-*-cluster.jar: cannot be read");
        assertThatThrownBy(distribution::flinkClasspath)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("lib/flink.classpath");
    }
}
