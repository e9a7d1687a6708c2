package dev.messplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.minicluster.Ports;
import dev.messplus.testkit.Patience;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class KafkaCommandTest {

    @TempDir Path folder;

    @Test
    void aBrokerGoesOnWithTheTopicsOfTheLast() throws Exception {
        int port = Ports.free();
        Map<String, Object> client = Map.of("bootstrap.servers", "127.0.0.1:" + port);

        Thread first = start(port);
        try (Admin admin = Admin.create(client)) {
            admin.createTopics(List.of(new NewTopic("kept", 1, (short) 1))).all().get();
        } finally {
            stop(first);
        }
        Thread second = start(port);
        try (Admin admin = Admin.create(client)) {
            assertThat(admin.listTopics().names().get()).isEqualTo(Set.of("kept"));
        } finally {
            stop(second);
        }
    }

    @Test
    void aPortThatIsTakenIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CommandRun run =
                    CommandRun.of(
                            "kafka",
                            "--port",
                            String.valueOf(taken.getLocalPort()),
                            "--folder",
                            folder.toString());
            assertThat(run.code()).isEqualTo(2);
            assertThat(run.err())
                    .startsWith("--port: " + taken.getLocalPort() + " is in use")
                    .doesNotContain("\tat ");
        }
    }

    private Thread start(int port) {
        StringWriter out = new StringWriter();
        Thread command =
                new Thread(
                        () ->
                                Mess.command()
                                        .setOut(new PrintWriter(out))
                                        .setErr(new PrintWriter(new StringWriter()))
                                        .execute(
                                                "kafka",
                                                "--port",
                                                String.valueOf(port),
                                                "--folder",
                                                folder.toString()));
        command.start();
        Patience.await().until(() -> out.toString().contains("Press Ctrl-C to stop it."));
        return command;
    }

    private static void stop(Thread command) throws InterruptedException {
        command.interrupt();
        command.join();
    }
}
