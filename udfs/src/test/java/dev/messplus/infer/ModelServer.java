package dev.messplus.infer;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.messplus.fixture.Fixtures;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** A model server that repeats the prompt and counts calls, for what WireMock does not report. */
public final class ModelServer implements AutoCloseable {

    /** What the server does with a call: returns a completion, or {@code null} for none. */
    private interface Behaviour {
        byte[] answer(ModelServer server, HttpExchange exchange)
                throws IOException, InterruptedException;
    }

    public final AtomicInteger calls = new AtomicInteger();
    public final AtomicInteger inFlight = new AtomicInteger();
    public final AtomicInteger mostInFlight = new AtomicInteger();
    public final AtomicInteger hungUp = new AtomicInteger();
    final Set<SocketAddress> connections = ConcurrentHashMap.newKeySet();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch closing = new CountDownLatch(1);

    private ModelServer(Behaviour behaviour) throws IOException {
        this(0, behaviour);
    }

    private ModelServer(int port, Behaviour behaviour) throws IOException {
        server =
                HttpServer.create(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
        server.setExecutor(threads);
        server.createContext(
                "/",
                exchange -> {
                    if (exchange.getRequestMethod().equals("GET")) {
                        // It has no page of metrics.
                        exchange.sendResponseHeaders(404, -1);
                        exchange.close();
                        return;
                    }
                    calls.incrementAndGet();
                    connections.add(exchange.getRemoteAddress());
                    mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
                    try (exchange) {
                        byte[] completion = completion(behaviour, exchange);
                        if (completion != null) {
                            exchange.sendResponseHeaders(200, completion.length);
                            exchange.getResponseBody().write(completion);
                        }
                    }
                });
        server.start();
    }

    /** The call has ended before its answer is sent: who has it may call again. */
    private byte[] completion(Behaviour behaviour, HttpExchange exchange) throws IOException {
        try {
            return behaviour.answer(this, exchange);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } finally {
            inFlight.decrementAndGet();
        }
    }

    /** Answers with the prompt once {@code gate} has counted down. */
    public static ModelServer repeating(CountDownLatch gate) throws IOException {
        return new ModelServer((server, exchange) -> repeat(exchange, gate));
    }

    /** Answers with the prompt, at a port that nobody else listens at. */
    static ModelServer repeatingAt(int port) throws IOException {
        return new ModelServer(port, (server, exchange) -> repeat(exchange, new CountDownLatch(0)));
    }

    /** Answers with the prompt, except while it is {@code down}, when it answers 500. */
    public static ModelServer failingWhile(BooleanSupplier down) throws IOException {
        return failingWhile(500, server -> down.getAsBoolean());
    }

    /** The same with another status. */
    static ModelServer failingWhile(int status, Predicate<ModelServer> down) throws IOException {
        return new ModelServer(
                (server, exchange) -> {
                    if (down.test(server)) {
                        exchange.sendResponseHeaders(status, -1);
                        return null;
                    }
                    return repeat(exchange, new CountDownLatch(0));
                });
    }

    /** Answers with the prompt, except to the first call, which hangs. */
    public static ModelServer hangingOnce() throws IOException {
        AtomicBoolean first = new AtomicBoolean(true);
        return new ModelServer(
                (server, exchange) ->
                        repeat(
                                exchange,
                                first.getAndSet(false) ? server.closing : new CountDownLatch(0)));
    }

    /** Answers with the prompt, {@code answers} times, and hangs from then on. */
    public static ModelServer hangingAfter(int answers) throws IOException {
        return new ModelServer(
                (server, exchange) ->
                        repeat(
                                exchange,
                                server.calls.get() > answers
                                        ? server.closing
                                        : new CountDownLatch(0)));
    }

    /**
     * Loads its model for {@code millis} when it is called, and starts again if the client leaves
     * meanwhile, as Ollama does.
     */
    public static ModelServer loading(long millis) throws IOException {
        AtomicBoolean loaded = new AtomicBoolean();
        return new ModelServer((server, exchange) -> server.load(exchange, millis, loaded));
    }

    /** Answers with the prompt after some time, errs, or hangs up, at random. */
    public static ModelServer erratic(long seed) throws IOException {
        Random random = new Random(seed);
        return new ModelServer(
                (server, exchange) -> {
                    int chance;
                    int pauseMillis;
                    synchronized (random) {
                        chance = random.nextInt(10);
                        pauseMillis = random.nextInt(30);
                    }
                    if (server.closing.await(pauseMillis, TimeUnit.MILLISECONDS) || chance == 0) {
                        return null;
                    }
                    if (chance == 1) {
                        exchange.sendResponseHeaders(503, -1);
                        return null;
                    }
                    return repeat(exchange, new CountDownLatch(0));
                });
    }

    private static byte[] repeat(HttpExchange exchange, CountDownLatch gate) throws IOException {
        String request = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        await(gate);
        int from = request.indexOf("hi ");
        String prompt = request.substring(from, request.indexOf('"', from));
        return Fixtures.completion(prompt, 100).getBytes(UTF_8);
    }

    /** Begins an answer that does not end until the client hangs up. */
    public static ModelServer dripping() throws IOException {
        return new ModelServer(ModelServer::drip);
    }

    public String base() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private byte[] drip(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        try {
            while (!closing.await(20, TimeUnit.MILLISECONDS)) {
                exchange.getResponseBody().write(' ');
                exchange.getResponseBody().flush();
            }
        } catch (IOException e) {
            hungUp.incrementAndGet();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return null;
    }

    /** White space before the answer shows whether the client is still there. */
    private byte[] load(HttpExchange exchange, long millis, AtomicBoolean loaded)
            throws InterruptedException {
        long begunNanos = System.nanoTime();
        try {
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            while (!loaded.get()
                    && System.nanoTime() - begunNanos < TimeUnit.MILLISECONDS.toNanos(millis)) {
                closing.await(20, TimeUnit.MILLISECONDS);
                out.write(' ');
                out.flush();
            }
            loaded.set(true);
            out.write(Fixtures.completion("right", 100).getBytes(UTF_8));
        } catch (IOException e) {
            hungUp.incrementAndGet();
        }
        return null;
    }

    /** Waits, as a server or a callback does that is stuck. */
    public static void await(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
