package dev.messplus.infer.openai;

import static dev.messplus.fixture.Fixtures.completion;
import static dev.messplus.fixture.Fixtures.endpoint;
import static dev.messplus.fixture.Fixtures.oneAttempt;
import static dev.messplus.fixture.Fixtures.request;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.messplus.infer.config.InferenceConfig;
import dev.messplus.infer.config.ModelEndpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class RotatingDnsTest {

    private static final List<String> ADDRESSES =
            List.of("127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4");

    @Test
    void beginsWithAnotherAddressEachTime() throws UnknownHostException {
        RotatingDns dns = new RotatingDns(names(List.of("10.0.0.2", "10.0.0.1", "10.0.0.3")));

        assertThat(resolve(dns)).containsExactly("10.0.0.1", "10.0.0.2", "10.0.0.3");
        assertThat(resolve(dns)).containsExactly("10.0.0.2", "10.0.0.3", "10.0.0.1");
        assertThat(resolve(dns)).containsExactly("10.0.0.3", "10.0.0.1", "10.0.0.2");
        assertThat(resolve(dns)).containsExactly("10.0.0.1", "10.0.0.2", "10.0.0.3");
    }

    /**
     * A network without IPv6 drops what is sent to such an address, until the connect times out.
     */
    @Test
    void addressesOfTheOtherVersionComeLast() throws UnknownHostException {
        RotatingDns dns = new RotatingDns(names(List.of("10.0.0.1", "10.0.0.2", "fd00::1")));

        assertThat(resolve(dns)).containsExactly("10.0.0.1", "10.0.0.2", "fd00:0:0:0:0:0:0:1");
        assertThat(resolve(dns)).containsExactly("10.0.0.2", "10.0.0.1", "fd00:0:0:0:0:0:0:1");
    }

    @Test
    void callsAtATimeGoToAllServersOfAHeadlessService() throws Exception {
        int calls = 8;
        CountDownLatch all = new CountDownLatch(calls);
        ConcurrentMap<String, Integer> served = new ConcurrentHashMap<>();
        List<HttpServer> servers = new ArrayList<>();
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            int port = 0;
            for (String address : ADDRESSES) {
                HttpServer server = server(address, port, served, all);
                server.setExecutor(threads);
                server.start();
                servers.add(server);
                port = server.getAddress().getPort();
            }
            ModelEndpoint endpoint = endpoint("a", "http://models.test:" + port, 1);
            InferenceConfig config = oneAttempt().build();
            try (ModelConnections connections =
                    new ModelConnections(endpoint.url(), endpoint, config, names(ADDRESSES))) {
                ChatClient client = new ChatClient(connections, endpoint, config);
                List<CompletableFuture<Completion>> answers = new ArrayList<>();
                for (int i = 0; i < calls; i++) {
                    answers.add(client.post(client.body(request("" + i)), List.of()));
                }
                for (CompletableFuture<Completion> answer : answers) {
                    assertThat(answer.get().output().text()).isEqualTo("right");
                }
            }
        } finally {
            servers.forEach(server -> server.stop(0));
            threads.shutdownNow();
        }
        assertThat(served)
                .isEqualTo(
                        Map.of(
                                ADDRESSES.get(0),
                                2,
                                ADDRESSES.get(1),
                                2,
                                ADDRESSES.get(2),
                                2,
                                ADDRESSES.get(3),
                                2));
    }

    /** Counts its calls, and answers once all calls have come. */
    private static HttpServer server(
            String address, int port, ConcurrentMap<String, Integer> served, CountDownLatch all)
            throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(address, port), 100);
        server.createContext(
                "/",
                exchange -> {
                    served.merge(address, 1, Integer::sum);
                    all.countDown();
                    try (exchange) {
                        all.await();
                        byte[] body = completion("right", 100).getBytes(UTF_8);
                        exchange.sendResponseHeaders(200, body.length);
                        exchange.getResponseBody().write(body);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
        return server;
    }

    private static List<String> resolve(RotatingDns dns) throws UnknownHostException {
        return Arrays.stream(dns.resolve("models.test")).map(InetAddress::getHostAddress).toList();
    }

    private static DnsResolver names(List<String> addresses) {
        return new DnsResolver() {
            @Override
            public InetAddress[] resolve(String host) throws UnknownHostException {
                List<InetAddress> resolved = new ArrayList<>();
                for (String address : addresses) {
                    resolved.add(InetAddress.getByName(address));
                }
                return resolved.toArray(InetAddress[]::new);
            }

            @Override
            public String resolveCanonicalHostname(String host) throws UnknownHostException {
                return SystemDefaultDnsResolver.INSTANCE.resolveCanonicalHostname(host);
            }
        };
    }
}
