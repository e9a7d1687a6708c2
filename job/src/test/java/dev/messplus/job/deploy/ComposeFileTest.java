package dev.messplus.job.deploy;

import static dev.messplus.job.deploy.ComposeFile.list;
import static dev.messplus.job.deploy.ComposeFile.map;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.energy.EnergySource;
import dev.messplus.job.config.ConfigLoader;
import dev.messplus.job.config.EnergySection;
import dev.messplus.job.config.MessConfig;
import dev.messplus.job.config.ModelSection;
import dev.messplus.job.config.SourceSection;
import dev.messplus.job.config.TopicsSection;
import dev.messplus.job.deploy.ComposeFile.Service;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code docker-compose.yml} promises, as far as it can be checked without Docker. */
class ComposeFileTest {

    /** A tag that names a release or a build. */
    private static final Pattern PINNED = Pattern.compile("[\\w./-]+:v?[\\w.-]*\\d[\\w.-]*");

    private static final Pattern VERSION = Pattern.compile("<version>(.*?)</version>");

    /** A line whose key does not state its purpose. */
    private static final Pattern TO_BE_EXPLAINED =
            Pattern.compile(" +(image|command|entrypoint|- \\{? ?type): ?.*");

    private static final Path FILE = ComposeFile.ROOT.resolve("docker-compose.yml");
    private static final Path ZOOS = ComposeFile.ROOT.resolve("flink-conf/compose");

    private static ComposeFile compose;

    @BeforeAll
    static void read() throws IOException {
        compose = ComposeFile.read();
    }

    @Test
    void everyImageIsPinned() {
        assertThat(compose.services())
                .allSatisfy(service -> assertThat((String) service.get("image")).matches(PINNED));
    }

    @Test
    void theFlinkImageIsOfThisVersion() throws IOException {
        Service flink = compose.reachable("cpu").get("taskmanager");

        assertThat(map(flink.get("build")))
                .containsEntry("context", "./job")
                .containsEntry("args", Map.of("JAR", "${MESS_JAR:-cluster}"));
        assertThat((String) flink.get("image")).endsWith(":" + version());
        assertThat(Files.readAllLines(ComposeFile.ROOT.resolve("job/Dockerfile")))
                .anySatisfy(line -> assertThat(line).matches("FROM " + PINNED));
    }

    @Test
    void everyPortIsBoundToLoopback() {
        List<Object> ports =
                compose.services().stream()
                        .flatMap(service -> list(service.get("ports")).stream())
                        .toList();

        assertThat(ports).isNotEmpty();
        assertThat(ports).allSatisfy(port -> assertThat((String) port).startsWith("127.0.0.1:"));
    }

    @Test
    void everyMountExistsOrIsADeclaredVolume() {
        Set<String> used = new TreeSet<>();
        for (Service service : compose.services()) {
            for (Map<String, Object> mount : service.mounts()) {
                String source = (String) mount.get("source");
                if (mount.get("type").equals("volume")) {
                    used.add(source);
                } else {
                    assertThat(ComposeFile.ROOT.resolve(source)).exists();
                    assertThat(mount.get("read_only")).as(source).isEqualTo(true);
                }
            }
        }
        assertThat(used).isEqualTo(compose.volumes());
    }

    @Test
    void everyServiceHasAHealthCheckAndARestartPolicy() {
        for (Service service : compose.services()) {
            boolean ends = compose.oneShots().contains(service.name());
            assertThat(service.get("healthcheck") == null).as(service.name()).isEqualTo(ends);
            assertThat((String) service.get("restart"))
                    .as(service.name())
                    .matches(ends ? "on-failure" : "on-failure|unless-stopped");
        }
    }

    @Test
    void everyImageCommandAndMountHasAComment() throws IOException {
        List<String> lines = Files.readAllLines(FILE);
        for (int i = 1; i < lines.size(); i++) {
            String line = lines.get(i);
            if (TO_BE_EXPLAINED.matcher(line).matches()) {
                assertThat(line.contains(" # ") || lines.get(i - 1).strip().startsWith("#"))
                        .as("line %d needs a comment: %s", i + 1, line)
                        .isTrue();
            }
        }
    }

    @Test
    void jarsCannotBeUploadedThroughTheWebUi() throws IOException {
        Map<String, Object> flink = map(ComposeFile.yaml(Path.of("../flink-conf/config.yaml")));

        assertThat(flink).containsEntry("web.submit.enable", false);
        assertThat(compose.services())
                .noneSatisfy(service -> assertThat(service.command()).contains("web.submit"));
    }

    /** A prompt that came while a model is downloaded would fail. */
    @ParameterizedTest
    @ValueSource(strings = {"cpu", "gpu"})
    void theJobStartsOnceItsZooAnswers(String profile) {
        Map<String, Service> reachable = compose.reachable(profile);
        MessConfig config = new ConfigLoader(Map.of()).load(ZOOS.resolve(profile + ".yaml"));

        Map<String, String> expected = new TreeMap<>();
        expected.put("topics", "service_completed_successfully");
        for (ModelSection model : config.zoo().values()) {
            expected.put(URI.create(model.url()).getHost(), "service_healthy");
            for (String page : pages(model.energy())) {
                expected.put(URI.create(page).getHost(), "service_healthy");
            }
        }
        assertThat(reachable.get("jobmanager").dependencies()).isEqualTo(expected);
        assertThat(reachable.get("taskmanager").dependencies())
                .containsEntry(reachable.get("jobmanager").name(), "service_started");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cpu | ([\\d.]+) GB of memory in all | take ([\\d.]+) GB of memory in all",
                "gpu | ([\\d.]+) GB, and what vLLM takes | take ([\\d.]+) GB, and what vLLM takes"
            })
    void memoryLimitsAddUpToWhatIsSaid(String profile, Pattern here, Pattern inTheDocs)
            throws IOException {
        double bytes = 0;
        Set<String> unlimited = new TreeSet<>();
        for (Service service : Set.copyOf(compose.reachable(profile).values())) {
            if (service.memoryLimit().isEmpty()) {
                unlimited.add(service.name());
            } else {
                bytes += (double) service.memoryLimit().get().getBytes() * service.replicas();
            }
        }

        assertThat(unlimited).isSubsetOf("topics", "vllm-small", "vllm-large").contains("topics");
        double gigabytes = bytes / MemorySize.parse("1g").getBytes();
        assertThat(said(here, FILE)).isEqualTo(gigabytes);
        assertThat(said(inTheDocs, ComposeFile.ROOT.resolve("docs/operations.md")))
                .isEqualTo(gigabytes);
    }

    @Test
    void flinksProcessesFitTheirLimits() {
        Configuration flink = GlobalConfiguration.loadConfiguration("../flink-conf");
        Map<String, Service> reachable = compose.reachable("cpu");

        assertThat(reachable.get("jobmanager").memoryLimit().orElseThrow())
                .isGreaterThan(flink.get(JobManagerOptions.TOTAL_PROCESS_MEMORY));
        assertThat(reachable.get("taskmanager").memoryLimit().orElseThrow())
                .isGreaterThan(flink.get(TaskManagerOptions.TOTAL_PROCESS_MEMORY));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "gpu"})
    void theJobReachesItsZooAndItsBroker(String profile) {
        Map<String, Service> reachable = compose.reachable(profile);
        MessConfig config = new ConfigLoader(Map.of()).load(ZOOS.resolve(profile + ".yaml"));

        assertThat(reachable.get("jobmanager").command())
                .contains(" /opt/mess/conf/compose/" + profile + ".yaml ");
        config.zoo()
                .forEach(
                        (id, model) -> {
                            Service server = reachable.get(URI.create(model.url()).getHost());
                            assertThat(server).as(id).isNotNull();
                            assertThat(server.command() + " ")
                                    .containsPattern(
                                            "--(alias|served-model-name) " + model.model() + " ");
                            for (String page : pages(model.energy())) {
                                assertThat(reachable).containsKey(URI.create(page).getHost());
                            }
                        });
        Map<String, Object> kafka = map(reachable.get("kafka").get("environment"));
        assertThat((String) kafka.get("KAFKA_ADVERTISED_LISTENERS"))
                .contains("://" + config.kafka().bootstrap());
        TopicsSection topics = config.kafka().topics();
        assertThat(topics.byField().values())
                .allSatisfy(
                        topic ->
                                assertThat(reachable.get("topics").command())
                                        .contains("create " + topic + " "));
    }

    @Test
    void prometheusScrapesServicesThatExist() throws IOException {
        Set<String> there = new TreeSet<>(compose.reachable("cpu").keySet());
        there.addAll(compose.reachable("gpu").keySet());
        Map<String, Object> config =
                map(ComposeFile.yaml(ComposeFile.ROOT.resolve("flink-conf/prometheus.yml")));

        Set<String> asked = new TreeSet<>();
        for (Object job : list(config.get("scrape_configs"))) {
            for (Object discovery : list(map(job).get("dns_sd_configs"))) {
                list(map(discovery).get("names")).forEach(name -> asked.add((String) name));
            }
        }

        assertThat(there).containsAll(asked);
        assertThat(asked).contains("jobmanager", "taskmanager");
    }

    @Test
    void theCpuZooRunsByDefault() throws IOException {
        Properties defaults = new Properties();
        try (var in = Files.newInputStream(ComposeFile.ROOT.resolve(".env"))) {
            defaults.load(in);
        }
        assertThat(defaults).isEqualTo(Map.of("COMPOSE_PROFILES", "cpu"));
    }

    private static double said(Pattern figure, Path file) throws IOException {
        Matcher found = figure.matcher(Files.readString(file));
        assertThat(found.find()).as("%s has %s", file, figure).isTrue();
        return Double.parseDouble(found.group(1));
    }

    private static List<String> pages(EnergySection energy) {
        List<String> pages = new ArrayList<>();
        for (SourceSection section : energy.sources()) {
            if (section.source() instanceof EnergySource.OfDevices devices) {
                pages.add(devices.url());
                pages.add(section.device().tokenCounters());
            }
        }
        pages.removeIf(Objects::isNull);
        return pages;
    }

    private static String version() throws IOException {
        var version = VERSION.matcher(Files.readString(ComposeFile.ROOT.resolve("pom.xml")));
        assertThat(version.find()).isTrue();
        return version.group(1);
    }
}
