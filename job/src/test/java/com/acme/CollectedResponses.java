package com.acme;

import dev.messplus.job.ends.ResponseSink;
import dev.messplus.record.Response;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/** Keeps responses in this JVM, by the name of the sink and that of the option {@code into}. */
public final class CollectedResponses implements ResponseSink {

    private static final Map<String, Queue<Response>> COLLECTED = new ConcurrentHashMap<>();

    /** The responses so far. */
    public static Queue<Response> collected(String into, String name) {
        return COLLECTED.computeIfAbsent(into + "/" + name, key -> new ConcurrentLinkedQueue<>());
    }

    @Override
    public Sink<Response> create(Map<String, String> options, String name) {
        return new Collecting(options.get("into"), name);
    }

    private record Collecting(String into, String name) implements Sink<Response> {

        @Override
        public SinkWriter<Response> createWriter(WriterInitContext context) {
            Queue<Response> collected = collected(into, name);
            return new SinkWriter<>() {
                @Override
                public void write(Response response, Context written) {
                    collected.add(response);
                }

                @Override
                public void flush(boolean endOfInput) {}

                @Override
                public void close() {}
            };
        }
    }
}
