package dev.messplus.parsing;

import static dev.messplus.parsing.InvalidRecordException.quoted;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.messplus.record.DeadLetter.Reason;
import dev.messplus.record.Json;

/**
 * What a request asks: either a prompt or chat messages.
 *
 * @param text the text to embed: the prompt, or the texts of the messages, one per line
 * @param messages the chat messages for the model server, a JSON array
 */
record Conversation(String text, String messages) {

    private static final int MAX_MESSAGES = 1_000;

    /**
     * Checks the two fields, of which exactly one must be set.
     *
     * @param prompt {@code null} if the request has none
     * @param messages {@code null} or a JSON null if the request has none
     */
    static Conversation of(String prompt, JsonNode messages) throws InvalidRecordException {
        if (Fields.isAbsent(messages)) {
            return ofPrompt(prompt);
        }
        if (prompt != null) {
            throw new InvalidRecordException(
                    Reason.INVALID_VALUE,
                    "prompt",
                    "must not be set together with messages; send one of the two");
        }
        return new Conversation(text(messages), Fields.json(messages));
    }

    private static Conversation ofPrompt(String prompt) throws InvalidRecordException {
        if (prompt == null || prompt.isBlank()) {
            throw new InvalidRecordException(
                    Reason.MISSING_FIELD,
                    "prompt",
                    "is missing or blank; send a prompt or messages");
        }
        ArrayNode array = Json.MAPPER.createArrayNode();
        array.addObject().put("role", "user").put("content", prompt);
        return new Conversation(prompt, Fields.json(array));
    }

    private static String text(JsonNode messages) throws InvalidRecordException {
        if (!messages.isArray() || messages.isEmpty()) {
            throw new InvalidRecordException(
                    Reason.INVALID_VALUE,
                    "messages",
                    "must be an array of at least one message, was " + quoted(messages));
        }
        Fields.requireAtMost(MAX_MESSAGES, "messages", "messages", messages.size());
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < messages.size(); i++) {
            JsonNode message = messages.get(i);
            if (!message.path("role").isTextual() || !appendContent(message.get("content"), text)) {
                throw new InvalidRecordException(
                        Reason.INVALID_VALUE,
                        "messages[" + i + "]",
                        "must have a role and a content of text, was " + quoted(message));
            }
        }
        if (text.toString().isBlank()) {
            throw new InvalidRecordException(
                    Reason.MISSING_FIELD, "messages", "must contain text, but all are blank");
        }
        return text.toString();
    }

    /** Appends a string, or the texts of an array of parts; returns whether it was one of them. */
    private static boolean appendContent(JsonNode content, StringBuilder text) {
        if (content == null) {
            return false;
        }
        if (text.length() > 0) {
            text.append('\n');
        }
        if (content.isTextual()) {
            text.append(content.textValue());
            return true;
        }
        for (JsonNode part : content) {
            text.append(part.path("text").asText());
        }
        return content.isArray();
    }
}
