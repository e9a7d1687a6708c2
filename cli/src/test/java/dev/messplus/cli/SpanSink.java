package dev.messplus.cli;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicLong;

/** A receiver of OTLP over HTTP that counts what arrives. */
final class SpanSink implements AutoCloseable {

    private final AtomicLong bytes = new AtomicLong();
    private final HttpServer server;

    SpanSink() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.createContext(
                "/v1/traces",
                exchange -> {
                    bytes.addAndGet(exchange.getRequestBody().readAllBytes().length);
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        server.start();
    }

    /** Its base address, as a configuration has it. */
    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Bytes of all spans so far. */
    long bytes() {
        return bytes.get();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
