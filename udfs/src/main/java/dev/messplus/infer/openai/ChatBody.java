package dev.messplus.infer.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.messplus.record.Json;
import java.io.IOException;

/**
 * The parts of a chat completion that are used, as they were sent; {@code null} where they are
 * missing. Of the choices, it is the first.
 */
record ChatBody(
        Name name,
        Message message,
        JsonNode finishReason,
        JsonNode usage,
        JsonNode timings,
        JsonNode metrics) {

    /** Reads a value in the middle of a response. */
    private static final ObjectReader TREES =
            Json.MAPPER.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** What the server calls the completion, and the model that it is by. */
    record Name(JsonNode id, JsonNode model) {}

    /** The message of a choice. */
    record Message(
            JsonNode content,
            JsonNode toolCalls,
            JsonNode functionCall,
            JsonNode refusal,
            JsonNode reasoningContent,
            JsonNode reasoning) {}

    /** A choice that lacks everything. */
    private record Choice(Message message, JsonNode finishReason) {
        static final Choice NONE = new Choice(null, null);
    }

    /**
     * Reads a response to its end.
     *
     * @throws IOException if it is not one JSON object, or has no object at {@code
     *     choices[0].message}
     */
    static ChatBody read(JsonParser json) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw new IOException("no JSON object");
        }
        Choice choice = Choice.NONE;
        JsonNode id = null;
        JsonNode model = null;
        JsonNode usage = null;
        JsonNode timings = null;
        JsonNode metrics = null;
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            json.nextToken();
            switch (name) {
                case "id" -> id = TREES.readTree(json);
                case "model" -> model = TREES.readTree(json);
                case "choices" -> choice = firstChoice(json);
                case "usage" -> usage = TREES.readTree(json);
                case "timings" -> timings = TREES.readTree(json);
                case "metrics" -> metrics = TREES.readTree(json);
                default -> json.skipChildren();
            }
        }
        if (json.nextToken() != null) {
            throw new IOException("something after the JSON object");
        }
        if (choice.message == null) {
            throw new IOException("no object at choices[0].message");
        }
        return new ChatBody(
                new Name(id, model), choice.message, choice.finishReason, usage, timings, metrics);
    }

    private static Choice firstChoice(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            json.skipChildren();
            return Choice.NONE;
        }
        Choice first = json.nextToken() == JsonToken.START_OBJECT ? choice(json) : Choice.NONE;
        while (json.currentToken() != JsonToken.END_ARRAY) {
            json.skipChildren();
            json.nextToken();
        }
        return first;
    }

    private static Choice choice(JsonParser json) throws IOException {
        Message message = null;
        JsonNode finishReason = null;
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            JsonToken value = json.nextToken();
            if (name.equals("finish_reason")) {
                finishReason = TREES.readTree(json);
            } else if (name.equals("message") && value == JsonToken.START_OBJECT) {
                message = message(json);
            } else {
                json.skipChildren();
            }
        }
        json.nextToken();
        return new Choice(message, finishReason);
    }

    private static Message message(JsonParser json) throws IOException {
        JsonNode content = null;
        JsonNode toolCalls = null;
        JsonNode functionCall = null;
        JsonNode refusal = null;
        JsonNode reasoningContent = null;
        JsonNode reasoning = null;
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            json.nextToken();
            switch (name) {
                case "content" -> content = TREES.readTree(json);
                case "tool_calls" -> toolCalls = TREES.readTree(json);
                case "function_call" -> functionCall = TREES.readTree(json);
                case "refusal" -> refusal = TREES.readTree(json);
                case "reasoning_content" -> reasoningContent = TREES.readTree(json);
                case "reasoning" -> reasoning = TREES.readTree(json);
                default -> json.skipChildren();
            }
        }
        return new Message(content, toolCalls, functionCall, refusal, reasoningContent, reasoning);
    }
}
