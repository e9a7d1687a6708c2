package dev.messplus.bench.stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.serialization.AbstractDeserializationSchema;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;
import org.apache.hc.client5.http.async.methods.SimpleHttpRequest;
import org.apache.hc.client5.http.async.methods.SimpleHttpResponse;
import org.apache.hc.client5.http.async.methods.SimpleRequestBuilder;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.io.CloseMode;

/**
 * What a team writes that needs no routing: reads requests from Kafka, parses them, calls one model
 * server with Flink's async I/O, and writes responses to Kafka.
 */
public final class PlainJob {

    private static final int CALLS_OF_SUBTASK = 2_048;
    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final Duration CHECKPOINTS = Duration.ofSeconds(10);

    private PlainJob() {}

    /** Runs the job: {@code BOOTSTRAP REQUESTS_TOPIC RESPONSES_TOPIC URL}. */
    public static void main(String[] args) throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.configure(
                Configuration.fromMap(
                        Map.of(
                                PipelineOptions.NAME.key(),
                                "plain",
                                PipelineOptions.OBJECT_REUSE.key(),
                                "true",
                                ExecutionOptions.BUFFER_TIMEOUT.key(),
                                "0 ms")));
        env.enableCheckpointing(CHECKPOINTS.toMillis());
        KafkaSource<Request> source =
                KafkaSource.<Request>builder()
                        .setBootstrapServers(args[0])
                        .setGroupId("plain")
                        .setTopics(args[1])
                        .setStartingOffsets(OffsetsInitializer.earliest())
                        .setValueOnlyDeserializer(new Parser())
                        .build();
        KafkaSink<Reply> sink =
                KafkaSink.<Reply>builder()
                        .setBootstrapServers(args[0])
                        .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
                        .setRecordSerializer(
                                KafkaRecordSerializationSchema.<Reply>builder()
                                        .setTopic(args[2])
                                        .setValueSerializationSchema(new Writer())
                                        .build())
                        .build();
        AsyncDataStream.unorderedWait(
                        env.fromSource(source, WatermarkStrategy.noWatermarks(), "requests"),
                        new Call(args[3]),
                        TIMEOUT.toMillis(),
                        TimeUnit.MILLISECONDS,
                        CALLS_OF_SUBTASK)
                .sinkTo(sink);
        env.execute();
    }

    /** A request, as far as this job reads it. */
    public record Request(String id, String prompt) {}

    /** An answer. */
    public record Reply(String id, String status, String output) {}

    private static final class Parser extends AbstractDeserializationSchema<Request> {

        private static final ObjectReader JSON =
                new ObjectMapper()
                        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                        .readerFor(Request.class);

        @Override
        public Request deserialize(byte[] bytes) throws IOException {
            return JSON.readValue(bytes);
        }
    }

    private static final class Writer implements SerializationSchema<Reply> {

        private static final ObjectWriter JSON = new ObjectMapper().writer();

        @Override
        public byte[] serialize(Reply reply) {
            try {
                return JSON.writeValueAsBytes(reply);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static final class Call extends RichAsyncFunction<Request, Reply> {

        private static final ObjectMapper JSON = new ObjectMapper();

        private final String url;
        private transient CloseableHttpAsyncClient http;

        Call(String url) {
            this.url = url + "/chat/completions";
        }

        @Override
        public void open(OpenContext context) {
            http =
                    HttpAsyncClients.custom()
                            .setConnectionManager(
                                    PoolingAsyncClientConnectionManagerBuilder.create()
                                            .setMaxConnPerRoute(CALLS_OF_SUBTASK)
                                            .setMaxConnTotal(CALLS_OF_SUBTASK)
                                            .build())
                            .build();
            http.start();
        }

        @Override
        public void asyncInvoke(Request request, ResultFuture<Reply> result) throws Exception {
            ObjectNode body = JSON.createObjectNode().put("model", "m");
            body.putArray("messages")
                    .addObject()
                    .put("role", "user")
                    .put("content", request.prompt());
            SimpleHttpRequest call =
                    SimpleRequestBuilder.post(url)
                            .setBody(JSON.writeValueAsBytes(body), ContentType.APPLICATION_JSON)
                            .build();
            var unused = http.execute(call, new Answer(request.id(), result));
        }

        @Override
        public void close() {
            if (http != null) {
                http.close(CloseMode.IMMEDIATE);
            }
        }
    }

    private record Answer(String id, ResultFuture<Reply> result)
            implements FutureCallback<SimpleHttpResponse> {

        @Override
        public void completed(SimpleHttpResponse response) {
            try {
                String output =
                        Call.JSON
                                .readTree(response.getBodyBytes())
                                .at("/choices/0/message/content")
                                .textValue();
                result.complete(Collections.singleton(new Reply(id, "ok", output)));
            } catch (IOException e) {
                failed(e);
            }
        }

        @Override
        public void failed(Exception cause) {
            result.completeExceptionally(cause);
        }

        @Override
        public void cancelled() {
            result.completeExceptionally(new InterruptedException());
        }
    }
}
