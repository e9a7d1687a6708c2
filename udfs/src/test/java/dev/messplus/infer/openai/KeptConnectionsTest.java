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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class KeptConnectionsTest {

    @Test
    void areKeptForTheNextCall() throws Exception {
        try (CountingServer server = new CountingServer();
                OpenZoo zoo = zoo(server, 60_000)) {
            assertThat(ask(zoo).ok()).isTrue();
            assertThat(ask(zoo).ok()).isTrue();

            assertThat(server.opened.get()).isOne();
            assertThat(server.hungUp.get()).isZero();
        }
    }

    @Test
    void areClosedWhenTheirTimeIsUp() throws Exception {
        try (CountingServer server = new CountingServer();
                OpenZoo zoo = zoo(server, 300)) {
            assertThat(ask(zoo).ok()).isTrue();

            await().until(() -> server.hungUp.get() == 1);
            assertThat(ask(zoo).ok()).isTrue();
            assertThat(server.opened.get()).isEqualTo(2);
        }
    }

    @Test
    void areReplacedWhenTheyAreOld() throws Exception {
        try (CountingServer server = new CountingServer();
                OpenZoo zoo =
                        OpenZoo.of(
                                oneAttempt().maxConnectionAgeMillis(300).build(),
                                List.of(endpoint("a", server.base(), 1)))) {
            await().until(() -> ask(zoo).ok() && server.opened.get() == 2);
        }
    }

    @Test
    void thatTheServerEndedAreNotUsedAgain() throws Exception {
        try (CountingServer server = CountingServer.thatEndsConnections();
                OpenZoo zoo = zoo(server, 60_000)) {
            for (int i = 1; i <= 20; i++) {
                int opened = i;
                assertThat(ask(zoo).error()).isNull();
                assertThat(server.opened.get()).isEqualTo(opened);
                await().until(() -> server.hungUp.get() == opened);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void areClosedWhenTheirCallIsCanceled(int answersBefore) throws Exception {
        try (CountingServer server = CountingServer.thatHangsAfter(answersBefore);
                OpenZoo zoo = zoo(server, 60_000)) {
            for (int i = 0; i < answersBefore; i++) {
                assertThat(ask(zoo).ok()).isTrue();
            }

            Answer canceled = zoo.ask("a", request("1"), 300).get();

            assertThat(canceled.error()).contains("gave no answer within");
            await().until(() -> server.hungUp.get() == 1);
            assertThat(server.opened.get()).isOne();
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

    /** Counts its connections. */
    private static final class CountingServer implements AutoCloseable {

        private static final String COMPLETION =
                "{\"choices\":[{\"message\":{\"content\":\"x\"}}]}";

        final AtomicInteger opened = new AtomicInteger();
        final AtomicInteger hungUp = new AtomicInteger();
        private final ServerSocket server;
        private final ExecutorService threads = Executors.newCachedThreadPool();
        private final boolean endsConnections;
        private final AtomicInteger answersLeft;

        /** Answers all calls. */
        CountingServer() throws IOException {
            this(false, Integer.MAX_VALUE);
        }

        /** Ends each connection after an answer, without having said so. */
        static CountingServer thatEndsConnections() throws IOException {
            return new CountingServer(true, Integer.MAX_VALUE);
        }

        /** Answers as many calls, and no other. */
        static CountingServer thatHangsAfter(int answers) throws IOException {
            return new CountingServer(false, answers);
        }

        private CountingServer(boolean endsConnections, int answers) throws IOException {
            this.endsConnections = endsConnections;
            answersLeft = new AtomicInteger(answers);
            server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
            threads.submit(
                    () -> {
                        while (true) {
                            Socket socket = server.accept();
                            opened.incrementAndGet();
                            threads.submit(() -> serve(socket));
                        }
                    });
        }

        String base() {
            return "http://127.0.0.1:" + server.getLocalPort();
        }

        private Void serve(Socket socket) throws IOException {
            try (socket;
                    BufferedReader in =
                            new BufferedReader(
                                    new InputStreamReader(socket.getInputStream(), US_ASCII))) {
                while (readRequest(in)) {
                    if (answersLeft.getAndDecrement() <= 0) {
                        continue;
                    }
                    socket.getOutputStream()
                            .write(
                                    ("HTTP/1.1 200 OK\r\nContent-Length: "
                                                    + COMPLETION.length()
                                                    + "\r\n\r\n"
                                                    + COMPLETION)
                                            .getBytes(US_ASCII));
                    if (endsConnections) {
                        socket.shutdownOutput();
                    }
                }
                return null;
            } finally {
                // An immediate close resets the connection.
                hungUp.incrementAndGet();
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
