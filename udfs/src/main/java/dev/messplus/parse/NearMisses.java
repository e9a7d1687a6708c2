package dev.messplus.parse;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The unknown fields of a record that resemble a known one. Each is a misspelling only if the
 * record lacks the field that it resembles.
 */
final class NearMisses {

    private final FieldNames fields;
    private final List<String> present = new ArrayList<>();

    /** The refusal of the first near miss of a field, by that field. */
    private final Map<String, InvalidRecordException> refusals = new LinkedHashMap<>();

    /** The near misses of {@code fields}. */
    NearMisses(FieldNames fields) {
        this.fields = fields;
    }

    /** Notes a known field that the record has. */
    void present(String field) {
        present.add(field);
    }

    /** Notes an unknown field, at which {@code json} is. */
    void unknown(String field, JsonCursor json) {
        String meant = fields.meant(field);
        if (meant != null) {
            refusals.computeIfAbsent(
                    meant, m -> json.invalid("is unknown; did you mean " + m + "?"));
        }
    }

    /**
     * Refuses the first misspelling, after the last field.
     *
     * @throws InvalidRecordException if there is one
     */
    void refuseMisspelt() throws InvalidRecordException {
        for (Map.Entry<String, InvalidRecordException> refusal : refusals.entrySet()) {
            if (!present.contains(refusal.getKey())) {
                throw refusal.getValue();
            }
        }
    }
}
