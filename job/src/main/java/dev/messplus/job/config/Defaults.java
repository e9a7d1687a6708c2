package dev.messplus.job.config;

import dev.messplus.embed.Embedders;
import dev.messplus.energy.EnergyConfig;
import dev.messplus.infer.config.InferenceConfig;

/**
 * What holds where mess.yaml is silent. Settings of an SLA are not here: their defaults depend on
 * its preset.
 *
 * <p>The {@code default} of a field in {@code mess.schema.json} documents the same value.
 */
final class Defaults {

    static final String REQUESTS_TOPIC = "mess.requests";
    static final String RESPONSES_TOPIC = "mess.responses";
    static final String FEEDBACK_TOPIC = "mess.feedback";
    static final String MEASUREMENTS_TOPIC = "mess.measurements";
    static final String DEAD_LETTERS_TOPIC = "mess.dead-letters";
    static final String GROUP_ID = "mess";
    static final boolean CREATE_TOPICS = false;

    /** Partitions of each topic that the job creates. */
    static final int PARTITIONS = 1;

    /** Milliseconds; what brokers allow at most unless told otherwise. */
    static final int TRANSACTION_TIMEOUT_MILLIS = 900_000;

    /** Bytes; the default of Kafka's {@code max.request.size}. */
    static final int MAX_REQUEST_BYTES = 1_048_576;

    static final int MAX_IN_FLIGHT = InferenceConfig.DEFAULT_MAX_IN_FLIGHT;

    static final String NVML_LIBRARY = EnergyConfig.Nvml.DEFAULT_LIBRARY;
    static final String RAPL_ROOT = EnergyConfig.Rapl.DEFAULT_ROOT;

    /** Milliseconds between two readings of a device of this host. */
    static final long DEVICE_SAMPLE_PERIOD_MILLIS = 50;

    /** Milliseconds between two readings of a DCGM exporter's page. */
    static final long DCGM_SAMPLE_PERIOD_MILLIS = 1_000;

    /** Weight of a prompt token relative to a completion token, in [0, 1]. */
    static final double PROMPT_TOKEN_WEIGHT = EnergyConfig.Metering.DEFAULT_PROMPT_TOKEN_WEIGHT;

    static final double MODEL_WEIGHT = EnergyConfig.Metering.DEFAULT_MODEL_WEIGHT;

    /** Milliseconds that an answer waits for the step of its counter. */
    static final long SETTLE_MILLIS = EnergyConfig.Metering.DEFAULT_SETTLE_MILLIS;

    /** Joules. */
    static final double JOULES_PER_UNIT = 1;

    static final boolean ESTIMATED = false;

    static final String EMBEDDING_MODEL = Embedders.STATIC;

    /** Milliseconds, over all calls of a request. */
    static final long REQUEST_TIMEOUT_MILLIS = 60_000;

    /** Calls to one model for one request. */
    static final int MAX_ATTEMPTS = 3;

    /** Bytes; half of {@link #MAX_REQUEST_BYTES}. */
    static final int MAX_RESPONSE_BYTES = 524_288;

    /** Milliseconds since a connection's last call. */
    static final long KEEP_ALIVE_MILLIS = InferenceConfig.DEFAULT_KEEP_ALIVE_MILLIS;

    /** Percent of failed calls. */
    static final double BREAKER_FAILURE_PERCENT = 50;

    /** Calls. */
    static final int BREAKER_WINDOW_CALLS = 20;

    /** Calls; less if the window is shorter. */
    static final int BREAKER_MIN_CALLS = 10;

    /** Milliseconds. */
    static final long BREAKER_OPEN_MILLIS = 10_000;

    /** Calls. */
    static final int BREAKER_TRIAL_CALLS = 3;

    /** Characters. */
    static final int MAX_PROMPT_CHARS = 100_000;

    /** Bytes. */
    static final int MAX_RECORD_BYTES = 1_048_576;

    static final boolean ALLOW_CONTENT_PARTS = false;
    static final boolean METRICS_PER_SLA = true;
    static final boolean RECEIPTS = false;

    /** All of them. */
    static final double SAMPLED_SHARE = 1;

    static final String SERVICE_NAME = "mess";

    /** Milliseconds; one hour. */
    static final long FEEDBACK_TIMEOUT_MILLIS = 3_600_000;

    /** Milliseconds. */
    static final long CHECKPOINT_INTERVAL_MILLIS = 10_000;

    static final Delivery DELIVERY = Delivery.AT_LEAST_ONCE;

    private Defaults() {}

    /** {@code value}, or {@code defaultValue} if it is {@code null}. */
    static <T> T or(T value, T defaultValue) {
        return value == null ? defaultValue : value;
    }
}
