package dev.messplus.infer.openai;

import static dev.messplus.fixture.Fixtures.await;
import static dev.messplus.fixture.Fixtures.endpoint;
import static dev.messplus.fixture.Fixtures.inference;
import static dev.messplus.fixture.Fixtures.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.messplus.infer.config.ModelEndpoint;
import dev.messplus.infer.deadline.Deadlines;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.async.methods.SimpleHttpResponse;
import org.apache.hc.client5.http.async.methods.SimpleRequestBuilder;
import org.apache.hc.client5.http.async.methods.SimpleRequestProducer;
import org.apache.hc.client5.http.async.methods.SimpleResponseConsumer;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class ClientExchangeTest {

    /** A new connection and one that was kept; no reply, and what has begun of one. */
    @ParameterizedTest
    @CsvSource({"0, ''", "1, ''", "2, ''", "1, 200 OK", "0, 503 Busy", "1, 503 Busy"})
    void aCanceledOneClosesItsConnection(int answersBefore, String status) throws Exception {
        String reply =
                status.isEmpty()
                        ? ""
                        : "HTTP/1.1 %s\r\nContent-Length: 9\r\n\r\n{".formatted(status);
        try (SocketServer server = SocketServer.hangingAfter(answersBefore, reply);
                ModelConnections connections = connections(server)) {
            ChatClient client = client(server, connections);
            for (int i = 0; i < answersBefore; i++) {
                assertThat(post(client).get().output().text()).isEqualTo("x");
            }

            CompletableFuture<Completion> canceled = post(client);
            await().until(() -> server.requests.get() == answersBefore + 1);
            // Time to read what there is of the reply.
            await().pollDelay(Duration.ofMillis(200)).until(() -> true);
            canceled.cancel(true);

            await().until(() -> server.hungUp.get() == 1);
            assertThat(server.opened).hasValue(1);
        }
    }

    @Test
    void aPageThatIsOutOfTimeClosesItsConnection() throws Exception {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        try (SocketServer server = SocketServer.hangingAfter(1, "");
                ModelConnections connections = connections(server)) {
            ChatClient client = client(server, connections);
            post(client).get();

            CompletableFuture<Optional<ServerPage>> page = client.page(new Deadlines(timer));

            assertThatThrownBy(page::get).isInstanceOf(ExecutionException.class);
            await().until(() -> server.hungUp.get() == 1);
            assertThat(server.opened).hasValue(1);
        } finally {
            timer.shutdownNow();
        }
    }

    @Test
    void oneThatIsCanceledBeforeItIsSentIsNotSent() throws Exception {
        CountDownLatch resolving = new CountDownLatch(1);
        CountDownLatch resolve = new CountDownLatch(1);
        CompletableFuture<Void> ended = new CompletableFuture<>();
        ClientExchange exchange = new ClientExchange();
        try (SocketServer server = new SocketServer();
                ModelConnections connections =
                        new ModelConnections(
                                endpointOf(server).url(),
                                endpointOf(server),
                                inference().build(),
                                new SlowDns(resolving, resolve))) {
            CompletableFuture<Void> begun =
                    CompletableFuture.runAsync(
                            () ->
                                    exchange.begin(
                                            connections.http(),
                                            SimpleRequestProducer.create(
                                                    SimpleRequestBuilder.get(server.base())
                                                            .build()),
                                            SimpleResponseConsumer.create(),
                                            new Ending(ended)));
            resolving.await();

            exchange.cancel();
            resolve.countDown();
            begun.get();

            await().until(() -> ended.isDone() && server.hungUp.get() == 1);
            assertThat(server.requests).hasValue(0);
        }
    }

    private static ModelEndpoint endpointOf(SocketServer server) {
        return endpoint("a", server.base(), 1);
    }

    private static ModelConnections connections(SocketServer server) {
        return new ModelConnections(endpointOf(server), inference().build());
    }

    private static ChatClient client(SocketServer server, ModelConnections connections) {
        return new ChatClient(connections, endpointOf(server), inference().build());
    }

    private static CompletableFuture<Completion> post(ChatClient client) {
        return client.post(client.body(request("1")), List.of());
    }

    /** Knows addresses once {@code resolve} has counted down. */
    private record SlowDns(CountDownLatch resolving, CountDownLatch resolve)
            implements DnsResolver {

        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            resolving.countDown();
            try {
                resolve.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return SystemDefaultDnsResolver.INSTANCE.resolve(host);
        }

        @Override
        public String resolveCanonicalHostname(String host) throws UnknownHostException {
            return SystemDefaultDnsResolver.INSTANCE.resolveCanonicalHostname(host);
        }
    }

    /** Completes when the exchange has ended, however it did. */
    private record Ending(CompletableFuture<Void> ended)
            implements FutureCallback<SimpleHttpResponse> {

        @Override
        public void completed(SimpleHttpResponse reply) {
            ended.complete(null);
        }

        @Override
        public void failed(Exception failure) {
            ended.complete(null);
        }

        @Override
        public void cancelled() {
            ended.complete(null);
        }
    }
}
