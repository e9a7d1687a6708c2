package dev.messplus.replay.output;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.messplus.replay.Estimate;
import java.util.LinkedHashMap;
import java.util.Map;

/** The fields of a JSON object, in order, without numbers that are not finite. */
final class JsonFields {

    @JsonValue private final Map<String, Object> values = new LinkedHashMap<>();

    JsonFields add(String name, Object value) {
        if (!(value instanceof Double number) || Double.isFinite(number)) {
            values.put(name, value);
        }
        return this;
    }

    /** Adds a mean over seeds, and half the width of its interval. */
    JsonFields addWithInterval(String name, Estimate estimate) {
        return add(name, estimate.mean()).add(name + "Ci95", estimate.ci95());
    }
}
