package dev.messplus.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.messplus.testkit.SharedCluster;
import dev.messplus.testkit.TestCluster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients in other languages, a door, and a job behind it. What is not installed is skipped. {@code
 * src/test/clients} has the scripts, which check what they get.
 */
@ExtendWith(SharedCluster.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ClientsIT {

    private static final Path SCRIPTS = Path.of("src/test/clients");

    /** Where the script setup installs them. */
    private static final Path HOME =
            Path.of(
                    Objects.requireNonNullElseGet(
                            System.getenv("MESS_CLIENTS_HOME"),
                            () ->
                                    Objects.requireNonNullElseGet(
                                                    System.getenv("XDG_CACHE_HOME"),
                                                    () ->
                                                            System.getProperty("user.home")
                                                                    + "/.cache")
                                            + "/messplus/clients"));

    private static final String PYTHON = HOME.resolve("bin/python3").toString();

    @TempDir static Path folder;

    private static TestDoor door;

    @BeforeAll
    static void start(TestCluster cluster) throws Exception {
        door = TestDoor.on(cluster, "clients", folder);
    }

    @AfterAll
    static void stop() throws Exception {
        door.close();
    }

    @Test
    void python() throws Exception {
        assumeInstalled(PYTHON, "-c", "import openai");
        assertPasses(PYTHON, "openai_sdk.py");
    }

    @Test
    void node() throws Exception {
        assumeInstalled("node", "-e", "require('openai')");
        assertPasses("node", "openai_sdk.cjs");
    }

    @Test
    void flinkAgents() throws Exception {
        assumeInstalled(PYTHON, "-c", "import flink_agents, openai");
        assertPasses(PYTHON, "flink_agents_model.py");
    }

    private static void assumeInstalled(String... command) throws Exception {
        int status;
        try {
            status = run(command).status();
        } catch (IOException e) {
            status = -1;
        }
        assumeTrue(
                status == 0,
                "Skipped: needs serve/src/test/clients/setup, for " + String.join(" ", command));
    }

    private static void assertPasses(String interpreter, String script) throws Exception {
        Result result = run(interpreter, SCRIPTS.resolve(script).toString());
        assertThat(result.status()).as(result.output()).isZero();
        assertThat(result.output()).contains("passed with ");
    }

    /** How a process ended, and what it printed. */
    private record Result(int status, String output) {}

    private static Result run(String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(List.of(command)).redirectErrorStream(true);
        builder.environment().put("NODE_PATH", HOME.resolve("node_modules").toString());
        builder.environment().put("OPENAI_BASE_URL", door.url());
        builder.environment().put("OPENAI_API_KEY", TestDoor.KEY);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }
}
