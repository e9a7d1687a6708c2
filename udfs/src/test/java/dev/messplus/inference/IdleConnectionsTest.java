package dev.messplus.inference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.fixture.Fixtures;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The JDK reads once, when a JVM's first client is built, for how long connections are kept. */
@Timeout(60)
class IdleConnectionsTest {

    @Test
    void areClosedBeforeBalancersDropThem() throws Exception {
        assertThat(secondsInNewJvm()).isEqualTo("30");
    }

    @Test
    void areKeptForAsLongAsTheOperatorSays() throws Exception {
        assertThat(secondsInNewJvm("-Djdk.httpclient.keepalive.timeout=7")).isEqualTo("7");
    }

    private static String secondsInNewJvm(String... options) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.add("--add-opens=java.net.http/jdk.internal.net.http=ALL-UNNAMED");
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(Zoo.class.getName());
        Process java =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try {
            String printed = new String(java.getInputStream().readAllBytes(), UTF_8);
            return printed.lines().reduce((first, last) -> last).orElse("");
        } finally {
            java.destroyForcibly();
        }
    }

    /** Opens a zoo in a JVM of its own, and prints what the JDK's pool of connections does. */
    static final class Zoo {

        private Zoo() {}

        public static void main(String[] args) throws Exception {
            try (ModelZoo zoo =
                    ModelZoo.open(
                            Fixtures.zoo(Fixtures.NO_SERVER),
                            Fixtures.inference().build(),
                            false)) {
                Class<?> pool = Class.forName("jdk.internal.net.http.ConnectionPool");
                Field seconds = pool.getDeclaredField("KEEP_ALIVE");
                seconds.setAccessible(true);
                System.out.println(seconds.get(null));
            }
        }
    }
}
