package dev.messplus.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the archive holds, and that its commands work on a machine that has nothing but a JDK. */
@DisabledOnOs(OS.WINDOWS)
class DistributionIT {

    private static final Path ARCHIVE = Path.of(System.getProperty("mess.archive"));

    /** What only ONNX models need. */
    private static final Pattern ONNX =
            Pattern.compile(
                    "ai/djl/.*|ai/onnxruntime/.*|native/lib/.*|dev/messplus/sentence/.*|.*[.]onnx|messplus-onnx[.]jar");

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir static Path folder;

    private static Shipped shipped;

    @BeforeAll
    static void unpack() throws Exception {
        assumeThat(ARCHIVE).as("the archive, which -Darchive.skip leaves out").exists();
        shipped = Shipped.unpack(ARCHIVE, folder);
    }

    @Test
    void theCommandNeedsNothingButJava() throws Exception {
        assertThat(shipped.outputOf("--help"))
                .contains("local", "cluster", "submit")
                .doesNotContain("bench");
    }

    @Test
    void localAnswers() throws Exception {
        assertThat(shipped.outputOf("local", "--requests", "5", "--out", "run"))
                .contains("report: file:");
    }

    @Test
    void aClusterRunsTheJobOfTheSmallJar() throws Exception {
        Path kafkaOutput = folder.resolve("kafka.txt");
        Path flinkOutput = folder.resolve("flink.txt");
        Process kafka = shipped.start(kafkaOutput, "kafka", "--port", "0");
        Process flink = shipped.start(flinkOutput, "cluster", "--port", "0");
        try {
            String broker = awaitWord(kafka, kafkaOutput, "Kafka: (\\S+)");
            String rest = awaitWord(flink, flinkOutput, "REST API: (\\S+)");
            Path config = folder.resolve("mess.yaml");
            Files.writeString(
                    config,
                    """
                    kafka: { bootstrap: "%s", createTopics: true }
                    zoo:
                      small: { url: "http://127.0.0.1:9/v1", model: m, energy: { source: constant, joulesPerRequest: 1 } }
                    slas: { gold: { alpha: 0.7 } }
                    """
                            .formatted(broker));

            assertThat(shipped.outputOf("submit", "--url", rest, "--config", config.toString()))
                    .containsPattern("Uploading messplus-job-\\S+-cluster[.]jar");
            assertThat(shipped.outputOf("status", "--url", rest)).contains("RUNNING");
        } finally {
            flink.destroy();
            kafka.destroy();
        }
    }

    @Test
    void theSmallJarKnowsNothingOfOnnx() throws IOException {
        List<String> small = entries("-cluster.jar");
        List<String> large = entries("-cluster-onnx.jar");

        assertThat(small)
                .contains(
                        "dev/messplus/job/MessJob.class",
                        "dev/messplus/embed/tokens/all-MiniLM-L6-v2.tokens")
                .noneMatch(entry -> ONNX.matcher(entry).matches());
        assertThat(large)
                .containsAll(small)
                .contains("messplus-onnx.jar", "dev/messplus/sentence/OnnxProvider.class")
                .noneMatch(entry -> entry.startsWith("dev/messplus/sentence/onnx/"));
    }

    @Test
    void theClassPathHasNeitherTestsNorBenchmarks() throws IOException {
        assertThat(shipped.names("lib"))
                .contains("mess.jar")
                .noneMatch(jar -> jar.contains("bench") || jar.contains("jmh"))
                .noneMatch(jar -> jar.endsWith("-tests.jar") || jar.contains("junit"));
    }

    @Test
    void everyJarOfAClassPathIsThere() throws IOException {
        String flink = Files.readString(shipped.file("lib/flink.classpath")).strip();
        try (JarFile mess = new JarFile(shipped.file("lib/mess.jar").toFile())) {
            String own = mess.getManifest().getMainAttributes().getValue("Class-Path");

            assertThat(Stream.of(own.split(" ")))
                    .hasSizeGreaterThan(100)
                    .allMatch(jar -> Files.exists(shipped.file("lib/" + jar)));
        }
        assertThat(Stream.of(flink.split(File.pathSeparator)))
                .hasSizeGreaterThan(40)
                .allMatch(jar -> Files.exists(shipped.file("lib/" + jar)));
    }

    @Test
    void saysWhatIsInside() throws IOException {
        assertThat(shipped.file("NOTICE"))
                .content()
                .contains("all-MiniLM-L6-v2", "bge-small-en-v1.5", "WordNet", "ONNX Runtime");
        assertThat(shipped.file("licenses/THIRD-PARTY.txt"))
                .content()
                .contains("org.apache.flink:flink-runtime", "org.apache.kafka:kafka-clients")
                .doesNotContain("Unknown license");
        assertThat(shipped.names("")).contains("LICENSE", "conf", "docs", "README.md");
        assertThat(shipped.file("conf/mess.yaml")).exists();
    }

    @Test
    void theBillOfMaterialsNamesEveryLibrary() throws IOException {
        assumeThat(shipped.file("bom.json")).as("what Maven makes unless it is offline").exists();
        List<String> named =
                Pattern.compile("\"pkg:maven/[^/]+/([^@]+)@([^?\"]+)")
                        .matcher(Files.readString(shipped.file("bom.json")))
                        .results()
                        .map(purl -> purl.group(1) + "-" + purl.group(2) + ".jar")
                        .toList();

        assertThat(shipped.names("lib"))
                .filteredOn(jar -> jar.endsWith(".jar") && !jar.equals("mess.jar"))
                .allMatch(named::contains);
    }

    private static List<String> entries(String suffix) throws IOException {
        String name =
                shipped.names("cluster").stream().filter(j -> j.endsWith(suffix)).findAny().get();
        try (JarFile jar = new JarFile(shipped.file("cluster/" + name).toFile())) {
            return jar.stream().map(JarEntry::getName).toList();
        }
    }

    /** A word that a process prints, unless it ends. */
    private static String awaitWord(Process process, Path output, String pattern) {
        return await().atMost(PATIENCE)
                .until(
                        () -> {
                            String text = Files.readString(output);
                            Matcher word = Pattern.compile(pattern).matcher(text);
                            boolean found = word.find();
                            if (!found && !process.isAlive()) {
                                throw new IllegalStateException(text);
                            }
                            return Optional.of(word).filter(any -> found).map(any -> any.group(1));
                        },
                        Optional::isPresent)
                .get();
    }
}
