package dev.messplus.job.config;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The job's configuration as mess.yaml holds it, with defaults where the file is silent. Fields,
 * ranges and defaults are documented in {@code mess.schema.json}, which {@link ConfigLoader}
 * validates a file against.
 *
 * @param kafka brokers and topics
 * @param zoo the models by id, in the order of the file
 * @param slas the SLAs by name, in the order of the file
 * @param embedding what turns prompts into features
 * @param inference how model servers are called
 * @param limits largest input that is accepted
 * @param parallelism subtasks of single operators
 * @param feedbackTimeoutMillis how long a request waits for its labels, in milliseconds
 * @param checkpointIntervalMillis time between checkpoints in milliseconds, unless the cluster
 *     configures it
 * @param metrics which metrics there are
 * @param tracing where the spans of requests go; {@code null} for none
 * @param receipts whether every response says why its models were chosen
 * @param delivery what consumers of responses see after a failure
 */
@RecordBuilder
public record MessConfig(
        KafkaSection kafka,
        Map<String, ModelSection> zoo,
        Map<String, SlaSection> slas,
        EmbeddingSection embedding,
        InferenceSection inference,
        LimitsSection limits,
        ParallelismSection parallelism,
        MetricsSection metrics,
        TracingSection tracing,
        Long feedbackTimeoutMillis,
        Long checkpointIntervalMillis,
        Boolean receipts,
        Delivery delivery) {

    public MessConfig {
        zoo = new LinkedHashMap<>(zoo);
        slas = new LinkedHashMap<>(slas);
        embedding = embedding == null ? new EmbeddingSection(null) : embedding;
        inference = inference == null ? InferenceSection.defaults() : inference;
        limits = limits == null ? new LimitsSection(null, null, null) : limits;
        parallelism =
                parallelism == null ? new ParallelismSection(null, null, null, null) : parallelism;
        metrics = metrics == null ? new MetricsSection(null) : metrics;
        feedbackTimeoutMillis =
                Defaults.or(feedbackTimeoutMillis, Defaults.FEEDBACK_TIMEOUT_MILLIS);
        checkpointIntervalMillis =
                Defaults.or(checkpointIntervalMillis, Defaults.CHECKPOINT_INTERVAL_MILLIS);
        receipts = Defaults.or(receipts, Defaults.RECEIPTS);
        delivery = Defaults.or(delivery, Defaults.DELIVERY);
    }
}
