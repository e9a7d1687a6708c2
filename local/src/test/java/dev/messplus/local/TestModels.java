package dev.messplus.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.messplus.record.Json;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Model servers of known quality: {@code small} answers easy questions only, {@code large} all. A
 * prompt says how hard it is and what is right: {@code "easy 17"} is answered with {@code "17"},
 * {@code "easy 17 slowly"} after a while, and {@code "easy 17 held"} not while answers are held.
 */
final class TestModels implements AutoCloseable {

    private static final long SLOW_NANOS = 20_000_000;

    private final HttpServer server;
    private final ExecutorService executor = Executors.newFixedThreadPool(8);
    private final AtomicInteger held = new AtomicInteger();
    private volatile CountDownLatch release = new CountDownLatch(0);

    TestModels() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        server.setExecutor(executor);
        server.createContext("/v1/chat/completions", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
    }

    /** Holds answers from now on. */
    void hold() {
        release();
        release = new CountDownLatch(1);
    }

    /** Calls whose answers are held. */
    int held() {
        return held.get();
    }

    /** Gives all answers that were held. */
    void release() {
        release.countDown();
    }

    private void answer(HttpExchange exchange) throws IOException {
        JsonNode request = Json.MAPPER.readTree(exchange.getRequestBody());
        String prompt = request.path("messages").path(0).path("content").asText();
        String[] words = prompt.split(" ", -1);
        boolean knows = request.path("model").asText().equals("large") || words[0].equals("easy");
        switch (words.length > 2 ? words[2] : "") {
            case "slowly" -> LockSupport.parkNanos(SLOW_NANOS);
            case "held" -> awaitRelease();
            default -> {}
        }
        String body =
                """
                {"choices":[{"index":0,"message":{"role":"assistant","content":"%s"}}],
                 "usage":{"prompt_tokens":%d,"completion_tokens":1}}"""
                        .formatted(knows ? words[1] : "unknown", words.length);
        byte[] bytes = body.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    private void awaitRelease() throws IOException {
        held.incrementAndGet();
        try {
            release.await();
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        } finally {
            held.decrementAndGet();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
