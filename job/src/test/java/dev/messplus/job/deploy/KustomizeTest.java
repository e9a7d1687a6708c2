package dev.messplus.job.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Kustomize makes of {@code flink-conf/kubernetes}; needs its command, but no cluster. */
class KustomizeTest {

    /** An example of a {@code kustomization.yaml} in the documentation. */
    private static final Pattern EXAMPLE =
            Pattern.compile(
                    "^( *)```yaml\n( *apiVersion: kustomize.*?)^\\1```$",
                    Pattern.MULTILINE | Pattern.DOTALL);

    private static final String MINE = "slas: {}\n";

    private final ManifestSchemas schemas = new ManifestSchemas();
    private List<String> kustomize;

    @TempDir private Path folder;

    @BeforeEach
    void findTheCommand() throws Exception {
        kustomize = kustomize();
    }

    @Test
    void everyManifestIsValidAndInTheNamespace() throws Exception {
        Manifests built = build(Manifests.FOLDER);

        assertThat(built.all()).hasSizeGreaterThan(6);
        for (JsonNode manifest : built.all()) {
            assertThat(schemas.errors(manifest)).as(manifest.path("kind").asText()).isEmpty();
            assertThat(manifest.at("/metadata/namespace").asText()).isEqualTo("mess");
        }
    }

    @Test
    void theDeploymentNamesTheConfigMap() throws Exception {
        Manifests built = build(Manifests.FOLDER);

        assertNamesTheConfigMap(built);
        assertThat(built.only("ConfigMap").at("/data/mess.yaml").asText())
                .isEqualTo(Files.readString(Manifests.FOLDER.resolve("mess.yaml")));
    }

    @Test
    void theExamplesInTheDocumentationAreValid() throws Exception {
        String page = Files.readString(ComposeFile.ROOT.resolve("docs/kubernetes.md"));
        List<String> examples =
                EXAMPLE.matcher(page)
                        .results()
                        .map(example -> example.group(2).stripIndent())
                        .toList();

        assertThat(examples).hasSize(2);
        for (String example : examples) {
            Manifests built = build(overlay(example));
            for (JsonNode manifest : built.all()) {
                assertThat(schemas.errors(manifest)).as(example).isEmpty();
            }
            assertNamesTheConfigMap(built);
            assertThat(built.only("ConfigMap").at("/data/mess.yaml").asText()).isEqualTo(MINE);
            assertThat(built.only("FlinkDeployment").at("/spec/image").asText())
                    .startsWith("registry.example.com/messplus-flink:");
        }
    }

    /** With a hash in its name, without which a change of the file would not reach the job. */
    private static void assertNamesTheConfigMap(Manifests built) {
        JsonNode name = built.only("ConfigMap").at("/metadata/name");

        assertThat(name.asText()).matches("mess-config-\\w+");
        assertThat(built.only("FlinkDeployment").findValues("configMap"))
                .singleElement()
                .satisfies(reference -> assertThat(reference.path("name")).isEqualTo(name));
    }

    /** A folder like that of a user, beside a clone of the repository. */
    private Path overlay(String kustomization) throws IOException {
        Path overlay = Files.createTempDirectory(folder, "overlay");
        Files.writeString(overlay.resolve("mess.yaml"), MINE);
        Path base = overlay.toRealPath().relativize(Manifests.FOLDER.toRealPath());
        Files.writeString(
                overlay.resolve("kustomization.yaml"),
                kustomization.replaceFirst("\\S*flink-conf/kubernetes", base.toString()));
        return overlay;
    }

    private Manifests build(Path kustomization) throws Exception {
        return Manifests.parse(run(kustomize, kustomization.toString()));
    }

    /** Kustomize, standalone or as a part of kubectl. */
    private static List<String> kustomize() throws Exception {
        for (List<String> command :
                List.of(List.of("kustomize", "build"), List.of("kubectl", "kustomize"))) {
            try {
                run(command, "--help");
                return command;
            } catch (IOException e) {
                // Try the other command.
            }
        }
        return Assumptions.abort("Skipped: needs kustomize or kubectl, but no cluster");
    }

    private static String run(List<String> command, String argument) throws Exception {
        List<String> all = new ArrayList<>(command);
        all.add(argument);
        Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
