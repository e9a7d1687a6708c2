package dev.messplus.parsing;

import static dev.messplus.parsing.InvalidRecordException.quoted;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.record.DeadLetter.Reason;
import java.util.ArrayList;
import java.util.List;

/** Reads the right answers of a request. */
final class References {

    private static final int MAX_REFERENCES = 100;

    /** Over all references of a request; every answer is compared with each of them. */
    private static final int MAX_CHARS = 100_000;

    private References() {}

    /** Checks the field, which may be {@code null} or a JSON null: then the list is empty. */
    static List<String> of(JsonNode reference) throws InvalidRecordException {
        if (Fields.isAbsent(reference)) {
            return List.of();
        }
        List<String> references = texts(reference);
        Fields.requireAtMost(MAX_REFERENCES, "strings", "reference", references.size());
        int chars = references.stream().mapToInt(String::length).sum();
        Fields.requireAtMost(MAX_CHARS, "characters", "reference", chars);
        return references;
    }

    private static List<String> texts(JsonNode reference) throws InvalidRecordException {
        if (reference.isTextual()) {
            return List.of(reference.textValue());
        }
        List<String> texts = new ArrayList<>(reference.size());
        for (JsonNode element : reference) {
            if (element.isTextual()) {
                texts.add(element.textValue());
            }
        }
        if (!reference.isArray() || reference.isEmpty() || texts.size() < reference.size()) {
            throw new InvalidRecordException(
                    Reason.INVALID_VALUE,
                    "reference",
                    "must be a string or an array of strings, was " + quoted(reference));
        }
        return texts;
    }
}
