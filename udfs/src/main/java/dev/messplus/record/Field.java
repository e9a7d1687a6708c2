package dev.messplus.record;

import static java.util.stream.Collectors.toMap;

import com.fasterxml.jackson.core.io.SerializedString;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** The fields of the records that the job writes, by their names in JSON: these in lower case. */
enum Field {
    REQUEST_ID,
    ID,
    SLA,
    STATUS,
    MODEL,
    OUTPUT,
    TOOL_CALLS,
    REFUSAL,
    REASONING_CONTENT,
    FINISH_REASON,
    MODE,
    PREDICTED_SCORE,
    SCORE,
    ENERGY_JOULES,
    ENERGY_UNCERTAINTY_JOULES,
    ENERGY_SOURCE,
    ENERGY_ASSUMED,
    ENERGY_PROVISIONAL,
    EXPLORATION_JOULES,
    PROMPT_TOKENS,
    COMPLETION_TOKENS,
    FAILED_JOULES,
    FAILED_UNMETERED,
    LATENCY_MS,
    ATTEMPTS,
    PRESSURE,
    T,
    DECISION,
    RECEIPT,
    CANDIDATES,
    ERROR,
    METADATA,
    SERVED,
    SOURCE,
    EXPIRED,
    CORRECTION,
    JOULES,
    PROMPT_LENGTH,
    MAX_TOKENS,
    UNAVAILABLE_MILLIS,
    RUN,
    CHECKPOINT;

    private static final Map<String, Field> BY_NAME =
            Stream.of(values()).collect(toMap(field -> field.json.getValue(), field -> field));

    /** Encoded once, which takes a fifth off the time to write a response. */
    private final SerializedString json = new SerializedString(name().toLowerCase(Locale.ROOT));

    /** The name in JSON. */
    SerializedString json() {
        return json;
    }

    /** The field of a name; {@code null} if there is none. */
    static Field of(String name) {
        return BY_NAME.get(name);
    }
}
