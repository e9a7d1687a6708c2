package dev.messplus.parse;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads the right answers of a request. */
final class References {

    private static final int MAX_REFERENCES = 100;

    /** Over all references of a request; every answer is compared with each of them. */
    private static final int MAX_CHARS = 100_000;

    private References() {}

    /** At least one text that is not blank. */
    static List<String> of(JsonCursor value) throws IOException, InvalidRecordException {
        value.require(value.isText() || value.isArray(), "a string or an array of strings");
        List<String> references = value.isText() ? List.of(reference(value)) : array(value);
        int chars = references.stream().mapToInt(String::length).sum();
        Fields.requireAtMost(MAX_CHARS, "characters", "reference", chars);
        return references;
    }

    private static List<String> array(JsonCursor value) throws IOException, InvalidRecordException {
        List<String> references = new ArrayList<>();
        while (value.nextElement()) {
            references.add(reference(value));
        }
        if (references.isEmpty()) {
            throw value.invalid("must have at least one string; leave it out if there is none");
        }
        Fields.requireAtMost(MAX_REFERENCES, "strings", "reference", references.size());
        return references;
    }

    private static String reference(JsonCursor value) throws IOException, InvalidRecordException {
        String reference = value.text();
        if (reference.isBlank()) {
            throw value.invalid(
                    "must not be blank, because no answer can equal it; leave it out if there is"
                            + " none");
        }
        return reference;
    }
}
