package dev.messplus.trace;

/**
 * Every attribute of the job's spans. docs/tracing.md states what each of them is; a test holds
 * that it lists all. What OpenTelemetry's semantic conventions define has their names; the rest
 * begins with {@code mess}. No attribute holds a prompt or an answer.
 */
public enum SpanAttribute {
    REQUEST_ID("mess.request.id"),
    SLA("mess.sla"),
    ERROR_TYPE("error.type"),

    MESSAGING_SYSTEM("messaging.system"),
    MESSAGING_OPERATION_NAME("messaging.operation.name"),
    MESSAGING_OPERATION_TYPE("messaging.operation.type"),
    MESSAGING_DESTINATION_NAME("messaging.destination.name"),
    MESSAGING_PARTITION("messaging.destination.partition.id"),
    MESSAGING_OFFSET("messaging.kafka.offset"),
    MESSAGING_KEY("messaging.kafka.message.key"),
    MESSAGING_TOMBSTONE("messaging.kafka.message.tombstone"),
    MESSAGING_BODY_BYTES("messaging.message.body.size"),

    MODE("mess.mode"),
    MODEL("mess.model"),
    ASKED("mess.asked"),
    PREDICTED_SCORE("mess.predicted_score"),
    ESTIMATED_JOULES("mess.estimated_joules"),
    PRICE_JOULES("mess.price_joules"),
    Q("mess.q"),
    PRESSURE("mess.pressure"),
    JOULES_PER_SCORE("mess.joules_per_score"),
    NUMBER("mess.t"),
    REPEATED("mess.repeated"),

    GEN_AI_OPERATION("gen_ai.operation.name"),
    GEN_AI_PROVIDER("gen_ai.provider.name"),
    GEN_AI_REQUEST_MODEL("gen_ai.request.model"),
    GEN_AI_MAX_TOKENS("gen_ai.request.max_tokens"),
    GEN_AI_RESPONSE_MODEL("gen_ai.response.model"),
    GEN_AI_RESPONSE_ID("gen_ai.response.id"),
    GEN_AI_FINISH_REASONS("gen_ai.response.finish_reasons"),
    GEN_AI_INPUT_TOKENS("gen_ai.usage.input_tokens"),
    GEN_AI_CACHED_TOKENS("gen_ai.usage.cache_read.input_tokens"),
    GEN_AI_OUTPUT_TOKENS("gen_ai.usage.output_tokens"),
    SERVER_ADDRESS("server.address"),
    SERVER_PORT("server.port"),
    ATTEMPTS("mess.attempts"),
    SCORE("mess.score"),
    SERVED("mess.served"),
    ENERGY_JOULES("mess.energy.joules"),
    ENERGY_UNCERTAINTY_JOULES("mess.energy.uncertainty_joules"),
    ENERGY_SOURCE("mess.energy.source"),
    ENERGY_PROVISIONAL("mess.energy.provisional"),
    ENERGY_FAILED_JOULES("mess.energy.failed_joules");

    private final String key;

    SpanAttribute(String key) {
        this.key = key;
    }

    /** Its name in spans. */
    public String key() {
        return key;
    }
}
