package dev.messplus.infer.openai;

import static dev.messplus.fixture.Fixtures.endpoint;
import static dev.messplus.fixture.Fixtures.inference;
import static dev.messplus.fixture.Fixtures.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.infer.ModelServer;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.hc.core5.io.CloseMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ModelConnectionsTest {

    private static final CountDownLatch OPEN = new CountDownLatch(0);

    /** Their threads start on another thread. Until then, they have not ended. */
    @Test
    void doesNotOpenConnectionsAgainThatAreBeingOpened() throws Exception {
        for (int i = 0; i < 100; i++) {
            try (ModelConnections connections =
                    new ModelConnections(
                            endpoint("a", "http://127.0.0.1:9", 1), inference().build())) {
                assertThat(connections.http()).isSameAs(connections.http());
            }
        }
    }

    @Test
    void opensItsConnectionsAgainIfTheirThreadsEnd() throws Exception {
        try (ModelServer server = ModelServer.repeating(OPEN);
                ModelConnections connections =
                        new ModelConnections(
                                endpoint("a", server.base(), 1), inference().build())) {
            ChatClient client =
                    new ChatClient(
                            connections, endpoint("a", server.base(), 1), inference().build());
            connections.http().close(CloseMode.IMMEDIATE);

            assertThat(client.post(client.body(request("1")), List.of()).get().output().text())
                    .isNotNull();
        }
    }
}
