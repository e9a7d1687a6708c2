package dev.messplus.bench.dashboard;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Answers every query with the same text, and remembers what it was asked. */
final class FakePrometheus implements AutoCloseable {

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private final byte[] answer;

    FakePrometheus(int status, String answer) throws IOException {
        this.answer = answer.getBytes(StandardCharsets.UTF_8);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> respond(exchange, status));
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Paths of the requests with their decoded parameters. */
    List<String> asked() {
        return asked;
    }

    private void respond(HttpExchange exchange, int status) throws IOException {
        try (exchange) {
            asked.add(
                    exchange.getRequestURI().getPath() + "?" + exchange.getRequestURI().getQuery());
            exchange.sendResponseHeaders(status, answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
