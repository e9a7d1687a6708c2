package dev.messplus.local.zoo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;

/**
 * The fields of a chat completion request that the zoo reads. All others are ignored.
 *
 * @param prompt text of the last message of the user
 */
record ChatRequest(String model, String prompt) {

    /**
     * Parses the body of a request.
     *
     * @throws ApiException with status 400 if the body is not JSON or lacks a field
     */
    static ChatRequest parse(byte[] body) throws ApiException {
        JsonNode request;
        try {
            request = JsonApi.JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw bad("invalid_json", "The body is not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw bad("invalid_json", "The body is not JSON: " + e.getMessage());
        }
        if (!request.isObject()) {
            throw bad("invalid_json", "The body must be a JSON object");
        }
        if (!request.path("model").isTextual()) {
            throw bad("missing_field", "'model' must be the id of a model");
        }
        if (request.path("stream").asBoolean()) {
            throw bad(
                    "unsupported", "'stream' must be absent or false: streaming is not supported");
        }
        return new ChatRequest(request.path("model").asText(), lastUserText(request));
    }

    private static String lastUserText(JsonNode request) throws ApiException {
        JsonNode content = null;
        for (var message : request.path("messages")) {
            if (message.path("role").asText().equals("user")) {
                content = message.path("content");
            }
        }
        if (content == null) {
            throw bad("missing_field", "'messages' must contain a message with role 'user'");
        }
        if (content.isTextual()) {
            return content.asText();
        }
        var text = new StringBuilder();
        for (var part : content) {
            text.append(part.path("text").asText());
        }
        if (text.isEmpty()) {
            throw bad("missing_field", "'content' must be a text or a list of text parts");
        }
        return text.toString();
    }

    private static ApiException bad(String code, String message) {
        return new ApiException(400, code, message);
    }
}
