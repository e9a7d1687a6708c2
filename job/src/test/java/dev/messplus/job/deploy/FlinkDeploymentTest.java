package dev.messplus.job.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.messplus.job.MessJob;
import dev.messplus.job.config.ConfigLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.ResourceManagerOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The manifests in {@code flink-conf/kubernetes} agree with each other and with other files. */
class FlinkDeploymentTest {

    private static final Pattern FLINK_IMAGE = Pattern.compile("FROM flink:([\\d.]+)-");

    private static final String REPORTER = "metrics.reporter.prom.";
    private static final String ANY_ADDRESS = "0.0.0.0";

    /** Settings that have another value on Kubernetes than in the shared file, or only there. */
    private static final Map<String, String> OWN =
            Map.of(
                    HighAvailabilityOptions.HA_MODE.key(),
                    "kubernetes",
                    HighAvailabilityOptions.HA_STORAGE_PATH.key(),
                    "file:///var/lib/mess/ha",
                    ResourceManagerOptions.REDUNDANT_TASK_MANAGER_NUM.key(),
                    "1",
                    JobManagerOptions.BIND_HOST.key(),
                    ANY_ADDRESS,
                    TaskManagerOptions.BIND_HOST.key(),
                    ANY_ADDRESS,
                    RestOptions.BIND_ADDRESS.key(),
                    ANY_ADDRESS,
                    REPORTER + "host",
                    ANY_ADDRESS,
                    REPORTER + "port",
                    "9249",
                    "kubernetes.operator.job.savepoint-on-deletion",
                    "true");

    /** Settings that are fields of the deployment, or that Flink sets itself on Kubernetes. */
    private static final Set<String> ELSEWHERE =
            Set.of(
                    JobManagerOptions.ADDRESS.key(),
                    RestOptions.ADDRESS.key(),
                    JobManagerOptions.TOTAL_PROCESS_MEMORY.key(),
                    TaskManagerOptions.TOTAL_PROCESS_MEMORY.key(),
                    CoreOptions.DEFAULT_PARALLELISM.key());

    private static final Map<String, String> SHARED =
            GlobalConfiguration.loadConfiguration("../flink-conf").toMap();

    private static Manifests manifests;
    private static JsonNode kustomization;
    private static JsonNode spec;
    private static JsonNode pod;

    @BeforeAll
    static void read() throws IOException {
        manifests = Manifests.shipped();
        kustomization = Manifests.yaml("kustomization.yaml");
        spec = manifests.only("FlinkDeployment").path("spec");
        pod = spec.path("podTemplate").path("spec");
    }

    @Test
    void settingsAreThoseOfTheSharedFile() {
        Map<String, String> expected = new HashMap<>(SHARED);
        assertThat(expected.keySet()).containsAll(ELSEWHERE);
        expected.keySet().removeAll(ELSEWHERE);
        expected.putAll(OWN);

        assertThat(strings(spec.path("flinkConfiguration"))).isEqualTo(expected);
    }

    @Test
    void sizesAreThoseOfTheSharedFile() {
        assertThat(spec.at("/jobManager/resource/memory").asText())
                .isEqualTo(SHARED.get(JobManagerOptions.TOTAL_PROCESS_MEMORY.key()));
        assertThat(spec.at("/taskManager/resource/memory").asText())
                .isEqualTo(SHARED.get(TaskManagerOptions.TOTAL_PROCESS_MEMORY.key()));
        assertThat(spec.at("/taskManager/resource/cpu").asText())
                .isEqualTo(SHARED.get(TaskManagerOptions.NUM_TASK_SLOTS.key()));
        assertThat(spec.at("/job/parallelism").asText())
                .isEqualTo(SHARED.get(CoreOptions.DEFAULT_PARALLELISM.key()));
    }

    @Test
    void logsAsConfiguredInTheSharedFile() throws IOException {
        assertThat(strings(spec.path("logConfiguration")))
                .isEqualTo(
                        Map.of(
                                "log4j-console.properties",
                                Files.readString(
                                        Path.of("../flink-conf/log4j-console.properties"))));
    }

    @Test
    void startsTheJobThatTheImageHas() throws IOException {
        assertThat(spec.at("/job/jarURI").asText())
                .isEqualTo("local:///opt/flink/usrlib/messplus-job.jar");
        assertThat(Files.readString(Path.of("install-job")))
                .contains("\"$flink/usrlib/messplus-job.jar\"");
        assertThat(spec.at("/job/entryClass").asText()).isEqualTo(MessJob.class.getName());
        String flinkVersion = spec.path("flinkVersion").asText().substring(1).replace('_', '.');
        assertThat(Files.readAllLines(Path.of("Dockerfile")))
                .anyMatch(line -> line.startsWith("FROM flink:" + flinkVersion + "."));
    }

    @Test
    void theDocumentedPluginIsThatOfTheImage() throws IOException {
        Matcher base = FLINK_IMAGE.matcher(Files.readString(Path.of("Dockerfile")));
        assertThat(base.find()).isTrue();

        assertThat(Files.readString(Path.of("../docs/kubernetes.md")))
                .contains("flink-s3-fs-presto-" + base.group(1) + ".jar");
    }

    @Test
    void theImageIsThatOfThisVersion() throws IOException {
        String composed =
                (String) ComposeFile.read().reachable("cpu").get("taskmanager").get("image");

        assertThat(spec.path("image").asText()).isEqualTo(composed);
    }

    @Test
    void theJobFindsItsConfiguration() {
        assertThat(spec.at("/job/args"))
                .extracting(JsonNode::asText)
                .containsExactly("--config", mount("config") + "/mess.yaml");
        assertThat(volume("config").at("/configMap/name").asText())
                .isEqualTo(kustomization.at("/configMapGenerator/0/name").asText());
        assertThat(kustomization.at("/configMapGenerator/0/files/0").asText())
                .isEqualTo("mess.yaml");

        assertThat(new ConfigLoader(Map.of()).load(Manifests.FOLDER.resolve("mess.yaml")).zoo())
                .hasSizeGreaterThan(1);
    }

    @Test
    void stateIsOnTheVolume() {
        Map<String, String> settings = strings(spec.path("flinkConfiguration"));
        for (var option :
                List.of(
                        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                        CheckpointingOptions.SAVEPOINT_DIRECTORY,
                        HighAvailabilityOptions.HA_STORAGE_PATH)) {
            assertThat(settings.get(option.key())).startsWith("file://" + mount("state") + "/");
        }
        assertThat(volume("state").at("/persistentVolumeClaim/claimName").asText())
                .isEqualTo(name("PersistentVolumeClaim"));
        // Deleting what was applied must not delete it.
        assertThat(kustomization.path("resources").toString()).doesNotContain("state-volume");
    }

    @Test
    void aSavepointIsOfThisDeploymentAndIsKept() {
        JsonNode snapshot = manifests.only("FlinkStateSnapshot");

        assertThat(snapshot.at("/spec/jobReference/name").asText())
                .isEqualTo(name("FlinkDeployment"));
        assertThat(snapshot.at("/spec/savepoint/disposeOnDelete").asBoolean(true)).isFalse();
        assertThat(snapshot.at("/metadata/namespace")).isEqualTo(kustomization.path("namespace"));
        // Applying everything takes none.
        assertThat(kustomization.path("resources").toString()).doesNotContain("savepoint");
    }

    @Test
    void podsOfEachKindAreSpreadOverNodes() {
        for (String part : List.of("jobManager", "taskManager")) {
            JsonNode spread = spec.path(part).at("/podTemplate/spec/topologySpreadConstraints/0");

            assertThat(spread.path("topologyKey").asText()).isEqualTo("kubernetes.io/hostname");
            // A cluster of one node runs the job as well.
            assertThat(spread.path("whenUnsatisfiable").asText()).isEqualTo("ScheduleAnyway");
            // The labels that Flink gives its pods.
            assertThat(strings(spread.at("/labelSelector/matchLabels")))
                    .isEqualTo(
                            Map.of(
                                    "app",
                                    name("FlinkDeployment"),
                                    "component",
                                    part.toLowerCase(Locale.ROOT)));
        }
    }

    @Test
    void alertsAreThoseOfTheSharedFile() throws IOException {
        String shared = Files.readString(Path.of("../flink-conf/prometheus-rules.yml"));
        String groups = shared.substring(shared.indexOf("\ngroups:\n"));

        assertThat(Files.readString(Manifests.FOLDER.resolve("prometheus-rule.yaml")))
                .endsWith("\nspec:" + groups.replaceAll("\n(?!\n|$)", "\n  "));
        assertThat(manifests.only("PrometheusRule").at("/spec/groups"))
                .isEqualTo(Manifests.yaml("../prometheus-rules.yml").path("groups"));
        assertThat(manifests.only("PrometheusRule").at("/metadata/labels"))
                .isEqualTo(manifests.only("ServiceMonitor").at("/metadata/labels"));
    }

    @Test
    void secretsComeFromASecret() {
        JsonNode jobManager = container(spec.at("/jobManager/podTemplate/spec"));

        assertThat(jobManager.at("/envFrom/0/secretRef/name").asText()).isEqualTo("mess-secrets");
        assertThat(spec.findValues("env")).isEmpty();
        assertThat(container(spec.at("/taskManager/podTemplate/spec")).has("envFrom")).isFalse();
    }

    @Test
    void podsFitTheRestrictedStandard() {
        JsonNode user = pod.path("securityContext");
        JsonNode rights = container(pod).path("securityContext");

        assertThat(user.path("runAsNonRoot").asBoolean()).isTrue();
        assertThat(user.path("runAsUser").asInt()).isPositive();
        assertThat(user.at("/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
        assertThat(rights.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
        assertThat(rights.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
    }

    @Test
    void everyPodIsProbedWhereItListens() {
        JsonNode jobManager = container(spec.at("/jobManager/podTemplate/spec"));
        for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
            assertThat(jobManager.at("/" + probe + "/httpGet/port").asInt())
                    .as(probe)
                    .isEqualTo(RestOptions.PORT.defaultValue());
        }
        JsonNode taskManager = container(spec.at("/taskManager/podTemplate/spec"));
        for (String probe : List.of("startupProbe", "livenessProbe")) {
            assertThat(taskManager.at("/" + probe + "/tcpSocket/port").asText())
                    .as(probe)
                    .isEqualTo(metricsPort().path("name").asText());
        }
    }

    @Test
    void prometheusScrapesThePageOfEveryPod() throws IOException {
        JsonNode service = manifests.only("Service");
        JsonNode monitor = manifests.only("ServiceMonitor").path("spec");
        JsonNode scraped = Manifests.yaml("../prometheus.yml").at("/scrape_configs/0/job_name");

        assertThat(metricsPort().path("containerPort").asText())
                .isEqualTo(OWN.get(REPORTER + "port"));
        // Flink labels its pods by the name of the deployment.
        assertThat(service.at("/spec/selector/app").asText()).isEqualTo(name("FlinkDeployment"));
        assertThat(service.at("/spec/ports/0/targetPort")).isEqualTo(metricsPort().path("name"));
        assertThat(monitor.at("/endpoints/0/port")).isEqualTo(service.at("/spec/ports/0/name"));
        assertThat(strings(service.at("/metadata/labels")))
                .containsAllEntriesOf(strings(monitor.at("/selector/matchLabels")));
        assertThat(service.path("metadata").path("labels").path(monitor.path("jobLabel").asText()))
                .isEqualTo(scraped);
    }

    @Test
    void whoeverMustReachAPodCan() {
        JsonNode policy = manifests.only("NetworkPolicy").path("spec");

        assertThat(policy.at("/podSelector/matchLabels/app").asText())
                .isEqualTo(name("FlinkDeployment"));
        assertThat(policy.at("/ingress/0/from/0/podSelector"))
                .isEqualTo(policy.path("podSelector"));
        assertThat(policy.at("/ingress/1/ports/0/port").asInt())
                .isEqualTo(RestOptions.PORT.defaultValue());
        assertThat(policy.at("/ingress/2/ports/0/port"))
                .isEqualTo(metricsPort().path("containerPort"));
    }

    @Test
    void theServiceAccountHasTheRole() {
        JsonNode binding = manifests.only("RoleBinding");

        assertThat(spec.path("serviceAccount").asText()).isEqualTo(name("ServiceAccount"));
        assertThat(binding.at("/subjects/0/name").asText()).isEqualTo(name("ServiceAccount"));
        assertThat(binding.at("/roleRef/name").asText()).isEqualTo(name("Role"));
    }

    private static String name(String kind) {
        return manifests.only(kind).at("/metadata/name").asText();
    }

    private static JsonNode metricsPort() {
        return container(pod).at("/ports/0");
    }

    /** Flink's container, which must be the first: the operator merges lists by position. */
    private static JsonNode container(JsonNode podSpec) {
        JsonNode first = podSpec.at("/containers/0");
        assertThat(first.path("name").asText()).isEqualTo("flink-main-container");
        return first;
    }

    private static String mount(String name) {
        return named(container(pod).path("volumeMounts"), name).path("mountPath").asText();
    }

    private static JsonNode volume(String name) {
        return named(pod.path("volumes"), name);
    }

    private static JsonNode named(JsonNode list, String name) {
        for (JsonNode entry : list) {
            if (entry.path("name").asText().equals(name)) {
                return entry;
            }
        }
        throw new AssertionError("there is no " + name + " in " + list);
    }

    private static Map<String, String> strings(JsonNode map) {
        return new JsonMapper().convertValue(map, new TypeReference<>() {});
    }
}
