package dev.messplus.trace;

/**
 * Every attribute of the job's spans. The table of docs/tracing.md is made of it, and a test
 * compares them. What OpenTelemetry's semantic conventions define has their names; the rest begins
 * with {@code mess}. No attribute holds a prompt or an answer.
 */
public enum SpanAttribute {
    REQUEST_ID("mess.request.id", "all", "id of the request"),
    SLA("mess.sla", "all", "its SLA"),
    ERROR_TYPE(
            "error.type",
            "parse, chat",
            "what kind of failure it was: the `reason` of a dead letter, or [why a call"
                    + " failed](#failures)"),

    MESSAGING_SYSTEM("messaging.system", "parse", "`kafka`"),
    MESSAGING_OPERATION_NAME("messaging.operation.name", "parse", "`parse`"),
    MESSAGING_OPERATION_TYPE("messaging.operation.type", "parse", "`process`"),
    MESSAGING_DESTINATION_NAME("messaging.destination.name", "parse", "topic of the request"),
    MESSAGING_PARTITION("messaging.destination.partition.id", "parse", "its partition"),
    MESSAGING_OFFSET("messaging.kafka.offset", "parse", "its offset"),
    MESSAGING_KEY(
            "messaging.kafka.message.key", "parse", "its key, if it is UTF-8 of at most 256 bytes"),
    MESSAGING_TOMBSTONE(
            "messaging.kafka.message.tombstone", "parse", "`true` if the record has no value"),
    MESSAGING_BODY_BYTES("messaging.message.body.size", "parse", "bytes of its value"),

    MODE(
            "mess.mode",
            "route",
            "`exploit` if one model is called, `explore` if others are called as well, to learn from"
                    + " them"),
    MODEL("mess.model", "route, chat", "id of the chosen model in the zoo, or of the called one"),
    ASKED("mess.asked", "route", "number of models that are called at first"),
    PREDICTED_SCORE("mess.predicted_score", "route", "forecast score of the chosen model"),
    ESTIMATED_JOULES(
            "mess.estimated_joules",
            "route",
            "forecast joules of the chosen model; none while they are not known"),
    Q("mess.q", "route", "the virtual queue Q, in requests"),
    PRESSURE("mess.pressure", "route", "the pressure that it was decided under, in requests"),
    JOULES_PER_SCORE(
            "mess.joules_per_score",
            "route",
            "what a unit of score might cost, in joules; with `preset: paper`, Q / V"),
    NUMBER("mess.t", "route", "number of the request under its SLA, or shard of it"),
    REPEATED(
            "mess.repeated",
            "route",
            "`true` if the id was seen before, within `repeatWindowMillis`: the request ends here"),

    GEN_AI_OPERATION("gen_ai.operation.name", "chat", "`chat`"),
    GEN_AI_PROVIDER(
            "gen_ai.provider.name",
            "chat",
            "`openai`, whose API the server speaks, whoever runs it"),
    GEN_AI_REQUEST_MODEL("gen_ai.request.model", "chat", "the model's name on its server"),
    GEN_AI_MAX_TOKENS("gen_ai.request.max_tokens", "chat", "most tokens that the sender wants"),
    GEN_AI_RESPONSE_MODEL("gen_ai.response.model", "chat", "the model that the server says it is"),
    GEN_AI_RESPONSE_ID("gen_ai.response.id", "chat", "id that the server gave the answer"),
    GEN_AI_FINISH_REASONS("gen_ai.response.finish_reasons", "chat", "why the model stopped"),
    GEN_AI_INPUT_TOKENS("gen_ai.usage.input_tokens", "chat", "tokens of the prompt"),
    GEN_AI_CACHED_TOKENS(
            "gen_ai.usage.cache_read.input_tokens", "chat", "those that the server had in a cache"),
    GEN_AI_OUTPUT_TOKENS("gen_ai.usage.output_tokens", "chat", "tokens of the answer"),
    SERVER_ADDRESS("server.address", "chat", "host of the server"),
    SERVER_PORT("server.port", "chat", "its port"),
    ATTEMPTS("mess.attempts", "chat", "calls that were made, retries and a hedge included"),
    SCORE("mess.score", "chat", "score of the answer, if the job scores it"),
    SERVED("mess.served", "chat", "whether this answer is the one of the response"),
    ENERGY_JOULES(
            "mess.energy.joules",
            "chat",
            "energy of the answer, as the response and its candidates state it"),
    ENERGY_UNCERTAINTY_JOULES(
            "mess.energy.uncertainty_joules", "chat", "half of the width of its 95% interval"),
    ENERGY_SOURCE(
            "mess.energy.source",
            "chat",
            "where the joules [come from](energy.md); ends with `(estimated)` if they are not"
                    + " measured"),
    ENERGY_PROVISIONAL(
            "mess.energy.provisional", "chat", "`true` if the meter reports them better later"),
    ENERGY_FAILED_JOULES(
            "mess.energy.failed_joules", "chat", "energy of the attempts that brought no answer");

    private final String key;
    private final String spans;
    private final String meaning;

    SpanAttribute(String key, String spans, String meaning) {
        this.key = key;
        this.spans = spans;
        this.meaning = meaning;
    }

    /** Its name in spans. */
    public String key() {
        return key;
    }

    /** The spans that have it. */
    public String spans() {
        return spans;
    }

    /** What it is, in Markdown. */
    public String meaning() {
        return meaning;
    }
}
