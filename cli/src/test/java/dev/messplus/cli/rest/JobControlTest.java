package dev.messplus.cli.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.messplus.testkit.TestServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The errors of a cluster that refuses a submission. */
class JobControlTest {

    private static final Submission ANY =
            new Submission(Path.of("job.jar"), List.of(), null, null, null);

    private TestServer server;
    private FlinkRest rest;

    @BeforeEach
    void start() throws IOException {
        server = new TestServer();
        rest = new FlinkRest(server.url() + "/proxy/", new Configuration());
    }

    @AfterEach
    void stop() {
        rest.close();
        server.close();
    }

    @Test
    void aClusterThatAcceptsNoJarsSaysWhichOptionToSet() {
        answer(
                200,
                """
                {"refresh-interval": 3000, "timezone-name": "UTC", "timezone-offset": 0,
                 "flink-version": "2.2.1", "flink-revision": "x",
                 "features": {"web-submit": false, "web-cancel": false, "web-rescale": false,
                              "web-history": false}}""");
        assertThatThrownBy(() -> new JobControl(rest).submit(ANY))
                .isInstanceOf(FlinkRestException.class)
                .hasMessage(
                        rest.url()
                                + ": accepts no jars because web.submit.enable is false; set it to"
                                + " true, or use flink run");
    }

    @Test
    void aClusterWithoutALeaderIsRetryable() {
        answer(503, "{\"errors\": [\"Service temporarily unavailable due to an election.\"]}");
        FlinkRestException thrown =
                catchThrowableOfType(
                        FlinkRestException.class, () -> new JobControl(rest).submit(ANY));
        assertThat(thrown)
                .hasMessage(rest.url() + ": Service temporarily unavailable due to an election.");
        assertThat(thrown.isRetryable()).isTrue();
    }

    @Test
    void aRefusedRequestIsNotRetryable() {
        answer(400, "{\"errors\": [\"Not so.\"]}");
        FlinkRestException thrown =
                catchThrowableOfType(
                        FlinkRestException.class, () -> new JobControl(rest).submit(ANY));
        assertThat(thrown.isRetryable()).isFalse();
    }

    @Test
    void anAnswerOfAnotherServerIsAnError() {
        answer(200, "<html>Welcome</html>");
        assertThatThrownBy(() -> new JobControl(rest).submit(ANY))
                .isInstanceOf(FlinkRestException.class)
                .hasMessageStartingWith(rest.url() + ": ");
    }

    private void answer(int status, String body) {
        server.on("/proxy/v1/config", exchange -> TestServer.json(exchange, status, body));
    }
}
