package dev.messplus.infer.openai;

import static dev.messplus.fixture.Fixtures.await;
import static dev.messplus.fixture.Fixtures.endpoint;
import static dev.messplus.fixture.Fixtures.oneAttempt;
import static dev.messplus.fixture.Fixtures.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.infer.OpenZoo;
import dev.messplus.infer.call.Answer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class IdleConnectionsTest {

    @Test
    void areKeptForTheNextCall() throws Exception {
        try (SocketServer server = new SocketServer();
                OpenZoo zoo = zoo(server, 60_000)) {
            assertThat(ask(zoo).ok()).isTrue();
            assertThat(ask(zoo).ok()).isTrue();

            assertThat(server.opened.get()).isOne();
            assertThat(server.hungUp.get()).isZero();
        }
    }

    @Test
    void areClosedWhenTheirTimeIsUp() throws Exception {
        try (SocketServer server = new SocketServer();
                OpenZoo zoo = zoo(server, 300)) {
            assertThat(ask(zoo).ok()).isTrue();

            await().until(() -> server.hungUp.get() == 1);
            assertThat(ask(zoo).ok()).isTrue();
            assertThat(server.opened.get()).isEqualTo(2);
        }
    }

    @Test
    void areReplacedWhenTheyAreOld() throws Exception {
        try (SocketServer server = new SocketServer();
                OpenZoo zoo =
                        OpenZoo.of(
                                oneAttempt().maxConnectionAgeMillis(300).build(),
                                List.of(endpoint("a", server.base(), 1)))) {
            await().until(() -> ask(zoo).ok() && server.opened.get() == 2);
        }
    }

    @Test
    void thatTheServerEndedAreNotUsedAgain() throws Exception {
        try (SocketServer server = SocketServer.endingConnections();
                OpenZoo zoo = zoo(server, 60_000)) {
            for (int i = 1; i <= 20; i++) {
                int opened = i;
                assertThat(ask(zoo).error()).isNull();
                assertThat(server.opened.get()).isEqualTo(opened);
                await().until(() -> server.hungUp.get() == opened);
            }
        }
    }

    private static OpenZoo zoo(SocketServer server, long keepAliveMillis) throws Exception {
        return OpenZoo.of(
                oneAttempt().keepAliveMillis(keepAliveMillis).build(),
                List.of(endpoint("a", server.base(), 1)));
    }

    private static Answer ask(OpenZoo zoo) throws Exception {
        return zoo.ask("a", request("1"), 60_000).get();
    }
}
