package dev.messplus.infer.openai;

import static dev.messplus.fixture.Fixtures.await;
import static dev.messplus.fixture.Fixtures.endpoint;
import static dev.messplus.fixture.Fixtures.oneAttempt;
import static dev.messplus.fixture.Fixtures.request;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.infer.OpenZoo;
import dev.messplus.infer.call.Answer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class IdleConnectionsTest {

    @Test
    void areKeptForTheNextCall() throws Exception {
        try (CountingServer server = new CountingServer(false);
                OpenZoo zoo = zoo(server, 60_000)) {
            assertThat(ask(zoo).ok()).isTrue();
            assertThat(ask(zoo).ok()).isTrue();

            assertThat(server.opened.get()).isOne();
            assertThat(server.hungUp.get()).isZero();
        }
    }

    @Test
    void areClosedWhenTheirTimeIsUp() throws Exception {
        try (CountingServer server = new CountingServer(false);
                OpenZoo zoo = zoo(server, 300)) {
            assertThat(ask(zoo).ok()).isTrue();

            await().until(() -> server.hungUp.get() == 1);
            assertThat(ask(zoo).ok()).isTrue();
            assertThat(server.opened.get()).isEqualTo(2);
        }
    }

    @Test
    void areReplacedWhenTheyAreOld() throws Exception {
        try (CountingServer server = new CountingServer(false);
                OpenZoo zoo =
                        OpenZoo.of(
                                oneAttempt().maxConnectionAgeMillis(300).build(),
                                List.of(endpoint("a", server.base(), 1)))) {
            await().until(() -> ask(zoo).ok() && server.opened.get() == 2);
        }
    }

    @Test
    void thatTheServerEndedAreNotUsedAgain() throws Exception {
        try (CountingServer server = new CountingServer(true);
                OpenZoo zoo = zoo(server, 60_000)) {
            for (int i = 1; i <= 20; i++) {
                int opened = i;
                assertThat(ask(zoo).error()).isNull();
                assertThat(server.opened.get()).isEqualTo(opened);
                await().until(() -> server.hungUp.get() == opened);
            }
        }
    }

    private static OpenZoo zoo(CountingServer server, long keepAliveMillis) throws Exception {
        return OpenZoo.of(
                oneAttempt().keepAliveMillis(keepAliveMillis).build(),
                List.of(endpoint("a", server.base(), 1)));
    }

    private static Answer ask(OpenZoo zoo) throws Exception {
        return zoo.ask("a", request("1"), 60_000).get();
    }

    /** Counts its connections. It may end each after an answer, without having said so. */
    private static final class CountingServer implements AutoCloseable {

        private static final String COMPLETION =
                "{\"choices\":[{\"message\":{\"content\":\"x\"}}]}";

        final AtomicInteger opened = new AtomicInteger();
        final AtomicInteger hungUp = new AtomicInteger();
        private final ServerSocket server;
        private final ExecutorService threads = Executors.newCachedThreadPool();

        CountingServer(boolean endsConnections) throws IOException {
            server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
            threads.submit(
                    () -> {
                        while (true) {
                            Socket socket = server.accept();
                            opened.incrementAndGet();
                            threads.submit(() -> serve(socket, endsConnections));
                        }
                    });
        }

        String base() {
            return "http://127.0.0.1:" + server.getLocalPort();
        }

        private Void serve(Socket socket, boolean ends) throws IOException {
            try (socket;
                    BufferedReader in =
                            new BufferedReader(
                                    new InputStreamReader(socket.getInputStream(), US_ASCII))) {
                while (readRequest(in)) {
                    socket.getOutputStream()
                            .write(
                                    ("HTTP/1.1 200 OK\r\nContent-Length: "
                                                    + COMPLETION.length()
                                                    + "\r\n\r\n"
                                                    + COMPLETION)
                                            .getBytes(US_ASCII));
                    if (ends) {
                        socket.shutdownOutput();
                    }
                }
                hungUp.incrementAndGet();
                return null;
            }
        }

        /** Whether there was a request, and not the end of the connection. */
        private static boolean readRequest(BufferedReader in) throws IOException {
            int bodyLength = 0;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.toLowerCase().startsWith("content-length:")) {
                    bodyLength = Integer.parseInt(line.substring(15).strip());
                } else if (line.isEmpty()) {
                    return in.skip(bodyLength) == bodyLength;
                }
            }
            return false;
        }

        @Override
        public void close() throws IOException {
            server.close();
            threads.shutdownNow();
        }
    }
}
