package dev.messplus.cli;

import dev.messplus.testkit.TestServer;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/** A receiver of OTLP over HTTP that counts what arrives. */
final class SpanSink implements AutoCloseable {

    private final AtomicLong bytes = new AtomicLong();
    private final TestServer server =
            new TestServer()
                    .on(
                            "/v1/traces",
                            exchange -> {
                                bytes.addAndGet(exchange.getRequestBody().readAllBytes().length);
                                TestServer.send(exchange, 200, "");
                            });

    SpanSink() throws IOException {}

    /** Its base address, as a configuration has it. */
    String url() {
        return server.url();
    }

    /** Bytes of all spans so far. */
    long bytes() {
        return bytes.get();
    }

    @Override
    public void close() {
        server.close();
    }
}
