package dev.messplus.infer.openai;

import static dev.messplus.fixture.Fixtures.endpoint;
import static dev.messplus.fixture.Fixtures.oneAttempt;
import static dev.messplus.fixture.Fixtures.request;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.infer.OpenZoo;
import dev.messplus.infer.call.Answer;
import dev.messplus.infer.config.ModelEndpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server's head may have is limited, in lines and in the length of each. */
@Timeout(60)
class HeaderLimitTest {

    private static final int ENDLESS_BYTES = 64 << 20;

    /** The limit is 4 MiB; what is in transit is added. */
    private static final int MANY_BYTES = 32 << 20;

    @ParameterizedTest
    @ValueSource(strings = {"x: many\r\n", "one without end"})
    void endlessHeadersFailTheCallAlone(String header) throws Exception {
        try (EndlessHeaders server = new EndlessHeaders(header)) {
            ModelEndpoint endpoint = endpoint("a", server.base(), 1);
            try (OpenZoo zoo = OpenZoo.of(oneAttempt().build(), List.of(endpoint))) {
                Answer answer = zoo.ask("a", request("1"), 30_000).get();
                assertThat(answer.ok()).isFalse();
                assertThat(answer.error()).startsWith("a could not be called: Maximum");
                assertThat(server.sent.get()).isLessThan(MANY_BYTES);
            }
        }
    }

    /** Answers its first call with headers until the client hangs up. */
    private static final class EndlessHeaders implements AutoCloseable {

        final AtomicInteger sent = new AtomicInteger();
        private final ServerSocket server;
        private final Thread thread;
        private volatile Socket accepted;

        EndlessHeaders(String header) throws IOException {
            server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            thread = new Thread(() -> send(header.repeat(1_000).getBytes(US_ASCII)));
            thread.start();
        }

        String base() {
            return "http://127.0.0.1:" + server.getLocalPort();
        }

        private void send(byte[] block) {
            try (Socket socket = server.accept()) {
                accepted = socket;
                OutputStream out = socket.getOutputStream();
                out.write("HTTP/1.1 200 OK\r\n".getBytes(US_ASCII));
                while (sent.get() < ENDLESS_BYTES) {
                    out.write(block);
                    sent.addAndGet(block.length);
                }
            } catch (IOException e) {
                // The client hung up.
            }
        }

        @Override
        public void close() throws Exception {
            server.close();
            accepted.close();
            thread.join();
        }
    }
}
