package dev.messplus.bench.gateway;

import dev.messplus.cli.cluster.ChildProcess;
import java.util.Map;

/**
 * A gateway that splits calls evenly over two models of one server.
 *
 * @param process runs the gateway
 * @param url base URL, as clients of OpenAI's API take it
 * @param headers that each call carries
 */
public record Gateway(ChildProcess process, String url, Map<String, String> headers)
        implements AutoCloseable {

    private static final long END_MILLIS = 10_000;

    @Override
    public void close() throws InterruptedException {
        process.terminate();
        process.awaitEnd(END_MILLIS);
    }
}
