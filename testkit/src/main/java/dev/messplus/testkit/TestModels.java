package dev.messplus.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A server of models of known quality: {@code small} answers easy prompts only, {@code large}
 * answers all. The last message is the prompt, one of those of {@link TestRequest}: {@code "easy
 * 17"} is answered with {@code "17"}, {@code "easy 17 slowly"} after 20 ms, and {@code "easy 17
 * held"} once {@link #release} is called.
 */
public final class TestModels implements AutoCloseable {

    private static final long SLOW_NANOS = 20_000_000;

    private final TestServer server = new TestServer().on("/v1/chat/completions", this::answer);

    private final AtomicInteger held = new AtomicInteger();
    private boolean holds;
    private int holding;
    private int released;

    public TestModels() throws IOException {}

    /** Base URL, as a configuration has it. */
    public String url() {
        return server.url() + "/v1";
    }

    /** Holds answers to held prompts from now on. */
    public synchronized void hold() {
        holds = true;
        holding++;
        released = 0;
        notifyAll();
    }

    /** Number of calls whose answers are held now. */
    public int held() {
        return held.get();
    }

    /** Gives all held answers, and holds none from now on. */
    public synchronized void release() {
        holds = false;
        notifyAll();
    }

    /** Gives some of the held answers, and goes on holding the others. */
    public synchronized void release(int answers) {
        released += answers;
        notifyAll();
    }

    private void answer(HttpExchange exchange) throws IOException {
        JsonNode request = TestJson.MAPPER.readTree(exchange.getRequestBody());
        JsonNode messages = request.path("messages");
        String prompt = messages.path(messages.size() - 1).path("content").asText();
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
        TestServer.json(exchange, 200, body);
    }

    private synchronized void awaitRelease() throws IOException {
        held.incrementAndGet();
        try {
            // What an earlier test held is of no interest to it any more.
            int since = holding;
            while (holds && since == holding && released == 0) {
                wait();
            }
            released = Math.max(0, released - 1);
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        } finally {
            held.decrementAndGet();
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
