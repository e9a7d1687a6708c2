package dev.messplus.job.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every field in {@code flink-conf/kubernetes} is one that its kind has, of the right type. */
class ManifestSchemasTest {

    private final ManifestSchemas schemas = new ManifestSchemas();

    @Test
    void everyManifestIsValid() throws IOException {
        Manifests shipped = Manifests.shipped();

        assertThat(shipped.all()).hasSizeGreaterThan(6);
        for (JsonNode manifest : shipped.all()) {
            assertThat(schemas.errors(manifest)).as(manifest.path("kind").asText()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "flink-deployment.yaml | upgradeMode: savepoint | upgradeMode: savepoints | enum",
                "flink-deployment.yaml | flinkVersion: v2_2 | flinkVersion: v2.2 | enum",
                "flink-deployment.yaml | mode: native | mode: kubernetes | enum",
                "flink-deployment.yaml | jarURI | jarUri | jarUri",
                "flink-deployment.yaml | replicas: 1 | replicas: one | replicas",
                "flink-deployment.yaml | parallelism: 2 | parallelism: two | parallelism",
                "flink-deployment.yaml | podTemplate: | podTemplates: | podTemplates",
                "flink-deployment.yaml | volumeMounts | volumeMount | volumeMount",
                "flink-deployment.yaml | runAsNonRoot: true | runAsNonRoot: often | runAsNonRoot",
                "flink-deployment.yaml | secretRef | secret | secret",
                "flink-deployment.yaml | containerPort | port | port",
                "flink-deployment.yaml | failureThreshold | failures | failures",
                "flink-deployment.yaml | whenUnsatisfiable | ifUnsatisfiable | ifUnsatisfiable",
                "flink-deployment.yaml | maxSkew: 1 | maxSkew: one | maxSkew",
                "flink-deployment.yaml | cpu: 1 | cpu: one | cpu",
                "flink-deployment.yaml | memory: 1600m | memory: 1600 | memory",
                "flink-deployment.yaml | port: 8081 | port: 80.81 | port",
                "flink-deployment.yaml | upgradeMode: savepoint | restoreMode: claim | restoreMode",
                "savepoint.yaml | disposeOnDelete | disposeOnDeletion | disposeOnDeletion",
                "savepoint.yaml | disposeOnDelete: false | disposeOnDelete: never | disposeOnDelete",
                "savepoint.yaml | kind: FlinkDeployment | kind: Deployment | enum",
                "savepoint.yaml | v1beta1 | v1beta2 | unknown kind",
                "prometheus-rule.yaml | alert: | alerts: | alerts",
                "prometheus-rule.yaml | for: 5m | during: 5m | during",
                "prometheus-rule.yaml | expr: >- | query: >- | query",
                "metrics.yaml | jobLabel | joblabel | joblabel",
                "metrics.yaml | scrapeTimeout | timeout | timeout",
                "metrics.yaml | publishNotReadyAddresses | publishAll | publishAll",
                "metrics.yaml | monitoring.coreos.com/v1 | monitoring.coreos.com/v2 | unknown kind",
                "network-policy.yaml | policyTypes | types | types",
                "service-account.yaml | roleRef | role | role",
                "state-volume.yaml | accessModes | accessMode | accessMode",
            })
    void aMistakeIsFound(String file, String written, String mistaken, String named)
            throws IOException {
        String yaml = Files.readString(Manifests.FOLDER.resolve(file));
        assertThat(yaml).contains(written);

        assertThat(errors(yaml.replaceFirst(Pattern.quote(written), mistaken)))
                .isNotEmpty()
                .anySatisfy(error -> assertThat(error).contains(named));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "flink-deployment.yaml | flinkVersion: v2_2 | flinkVersion",
                "flink-deployment.yaml | serviceAccount: mess | serviceAccount",
                "flink-deployment.yaml | , memory: 1600m | memory",
                "flink-deployment.yaml | , memory: 2560m | memory",
                "flink-deployment.yaml | topologyKey: kubernetes.io/hostname | topologyKey",
                "savepoint.yaml | jobReference: { kind: FlinkDeployment, name: mess } | jobReference",
                "savepoint.yaml | , name: mess | name",
                "savepoint.yaml | generateName: mess- | generateName",
            })
    void whatIsMissingIsFound(String file, String written, String named) throws IOException {
        String yaml = Files.readString(Manifests.FOLDER.resolve(file));
        assertThat(yaml).contains(written);

        assertThat(errors(yaml.replaceFirst(Pattern.quote(written), "")))
                .isNotEmpty()
                .anySatisfy(
                        error -> assertThat(error).contains("required property '" + named + "'"));
    }

    /** Whoever follows the documentation has the operator whose CRDs the manifests fit. */
    @Test
    void theOperatorIsTheOneThatIsDocumented() throws IOException {
        assertThat(Files.readString(ComposeFile.ROOT.resolve("docs/kubernetes.md")))
                .contains(
                        "flink-operator/flink-kubernetes-operator --version "
                                + OperatorCrds.release()
                                + " ")
                .contains("/flink-kubernetes-operator-" + OperatorCrds.release() + "/");
    }

    private List<String> errors(String yaml) throws IOException {
        return Manifests.parse(yaml).all().stream()
                .flatMap(manifest -> schemas.errors(manifest).stream())
                .toList();
    }
}
