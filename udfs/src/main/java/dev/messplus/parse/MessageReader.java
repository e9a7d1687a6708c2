package dev.messplus.parse;

import static dev.messplus.parse.InvalidRecordException.quoted;

import dev.messplus.record.DeadLetter.Reason;
import java.io.IOException;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Checks chat messages, and collects their texts.
 *
 * <p>A message is passed on as it was sent, so it may have only fields that are known: those of
 * OpenAI's chat completions, and the reasoning that model servers return with an answer.
 */
final class MessageReader {

    private static final List<String> ROLES =
            List.of("system", "developer", "user", "assistant", "tool", "function");

    private static final FieldNames FIELDS =
            FieldNames.of(
                    "role",
                    "content",
                    "name",
                    "tool_calls",
                    "tool_call_id",
                    "function_call",
                    "refusal",
                    "reasoning",
                    "reasoning_content",
                    "annotations",
                    "audio");

    /** With one of these, an assistant's message may lack a content. */
    private static final Set<String> INSTEAD_OF_CONTENT =
            Set.of("tool_calls", "function_call", "refusal");

    private final boolean allowContentParts;
    private final StringBuilder text = new StringBuilder();
    private boolean hasText;
    private int answeredLength;
    private int lastMessageStart;
    private int otherParts;

    /**
     * A reader of messages.
     *
     * @param allowContentParts whether parts of a content may be other than text
     */
    MessageReader(boolean allowContentParts) {
        this.allowContentParts = allowContentParts;
    }

    /**
     * The texts of the messages so far, one per line. A part that is not text is there by its type.
     */
    String text() {
        return text.toString();
    }

    /** Whether a text is not blank. */
    boolean hasText() {
        return hasText;
    }

    /** Length of the text before the last message of an assistant; 0 if there is none. */
    int answeredLength() {
        return answeredLength;
    }

    /** Where in the text the last message begins whose text is not blank. */
    int lastMessageStart() {
        return lastMessageStart;
    }

    /** Number of parts that are not text. */
    int otherParts() {
        return otherParts;
    }

    /** Reads one message. */
    void read(JsonCursor message) throws IOException, InvalidRecordException {
        message.require(message.isObject(), "a message");
        String role = null;
        int before = text.length();
        Set<String> present = new HashSet<>();
        for (String field = message.nextField(); field != null; field = message.nextField()) {
            if (field.equals("role")) {
                role = Fields.known(message, Reason.INVALID_VALUE, ROLES);
            } else if (!FIELDS.contains(field)) {
                throw unknown(field, message);
            } else if (!message.isNull() && readField(field, message)) {
                present.add(field);
            }
        }
        if (role == null) {
            throw message.invalid(Reason.MISSING_FIELD, "must have a role");
        }
        boolean mayLackContent =
                role.equals("assistant") && !Collections.disjoint(present, INSTEAD_OF_CONTENT);
        if (!present.contains("content") && !mayLackContent) {
            throw message.invalid(
                    Reason.MISSING_FIELD,
                    "must have a content; only an assistant's message with a call in tool_calls"
                            + " may lack it");
        }
        answeredLength = role.equals("assistant") ? before : answeredLength;
        if (role.equals("tool") && !present.contains("tool_call_id")) {
            throw message.invalid(
                    Reason.MISSING_FIELD,
                    "must have a tool_call_id, the id of the call that it answers");
        }
    }

    /** Reads a field that is not null; returns whether it is not an empty array of calls. */
    private boolean readField(String field, JsonCursor value)
            throws IOException, InvalidRecordException {
        switch (field) {
            case "content" -> readContent(value);
            case "tool_calls", "annotations" -> {
                return readArray(value);
            }
            case "function_call" -> {
                value.require(value.isObject(), "an object");
                value.skip();
            }
            case "audio" ->
                    throw value.invalid("must be left out, because the job passes on texts alone");
            default -> value.text();
        }
        return true;
    }

    /** Returns whether the array has an element. */
    private static boolean readArray(JsonCursor value) throws IOException, InvalidRecordException {
        value.require(value.isArray(), "an array");
        boolean hasElement = false;
        while (value.nextElement()) {
            hasElement = true;
            value.skip();
        }
        return hasElement;
    }

    private static InvalidRecordException unknown(String field, JsonCursor value) {
        String meant = FIELDS.meant(field);
        return value.invalid(
                meant == null
                        ? "is not a field of a message; leave it out"
                        : RecordReader.didYouMean(meant));
    }

    /** Reads a string or an array of parts. */
    private void readContent(JsonCursor content) throws IOException, InvalidRecordException {
        if (text.length() > 0) {
            text.append('\n');
        }
        int start = text.length();
        if (content.isText()) {
            appendText(content.text(), start);
        } else if (content.isArray()) {
            while (content.nextElement()) {
                readPart(content, start);
            }
        } else {
            throw content.invalid(
                    "must be a string or an array of text parts, was " + content.value());
        }
    }

    /**
     * Reads a part of a content. Unless others are allowed, it is a text and nothing besides: model
     * servers fetch the addresses of images, which may be inside their network.
     *
     * @param start where in the text its message begins
     */
    private void readPart(JsonCursor part, int start) throws IOException, InvalidRecordException {
        part.require(part.isObject(), "an object with type and text");
        String type = null;
        boolean isText = false;
        String other = null;
        for (String field = part.nextField(); field != null; field = part.nextField()) {
            if (field.equals("type")) {
                type = part.text();
            } else if (field.equals("text") && part.isText()) {
                appendText(part.text(), start);
                isText = true;
            } else {
                other = field;
                part.skip();
            }
        }
        if (type == null) {
            throw part.invalid(Reason.MISSING_FIELD, "must have a type, such as text");
        }
        if (allowContentParts) {
            if (!isText) {
                otherParts++;
                text.append(' ').append(type).append(' ');
            }
            return;
        }
        if (!type.equals("text")) {
            throw part.invalid(
                    "has the type %s, but must be text (limits.allowContentParts)"
                            .formatted(quoted(type)));
        }
        if (!isText || other != null) {
            throw part.invalid("must have a type and a text, which is a string, and nothing else");
        }
    }

    private void appendText(String piece, int start) {
        text.append(piece);
        if (!piece.isBlank()) {
            // What precedes the first text is blank, and not worth half of the embedding.
            lastMessageStart = hasText ? start : 0;
            hasText = true;
        }
    }
}
