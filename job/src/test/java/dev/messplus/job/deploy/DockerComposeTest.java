package dev.messplus.job.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Docker Compose says of {@code docker-compose.yml}; needs the command, but no daemon. */
class DockerComposeTest {

    private static final Path FILE = ComposeFile.ROOT.resolve("docker-compose.yml");

    @ParameterizedTest
    @ValueSource(strings = {"", "cpu", "gpu"})
    void dockerComposeAcceptsTheFile(String profile) throws Exception {
        List<String> command = new ArrayList<>(dockerCompose());
        command.addAll(List.of("-f", FILE.toAbsolutePath().normalize().toString()));
        if (!profile.isEmpty()) {
            command.addAll(List.of("--profile", profile));
        }

        String quiet = run(command, "config", "--quiet");
        Set<String> services = new TreeSet<>(run(command, "config", "--services").lines().toList());

        assertThat(quiet).isEmpty();
        assertThat(services)
                .contains("kafka", "topics", "taskmanager", "prometheus", "grafana")
                .contains(profile.equals("gpu") ? "jobmanager-gpu" : "jobmanager")
                .doesNotContain(profile.equals("gpu") ? "jobmanager" : "jobmanager-gpu");
    }

    /**
     * The command of Compose, a plugin of Docker or standalone. Compose 1, which Debian 12 has,
     * does not know the Compose Specification.
     */
    private static List<String> dockerCompose() throws Exception {
        for (List<String> command :
                List.of(List.of("docker", "compose"), List.of("docker-compose"))) {
            try {
                if (!run(command, "version", "--short").matches("(?s)v?1\\..*")) {
                    return command;
                }
            } catch (IOException | AssertionError e) {
                // Try the other command.
            }
        }
        return Assumptions.abort("Skipped: needs Docker Compose 2, but no daemon");
    }

    private static String run(List<String> command, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(all).redirectErrorStream(true);
        // The test must not depend on the profile that its user runs by default.
        builder.environment().remove("COMPOSE_PROFILES");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as("%s: %s", all, output).isZero();
        return output;
    }
}
