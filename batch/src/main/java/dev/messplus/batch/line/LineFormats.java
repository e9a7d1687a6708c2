package dev.messplus.batch.line;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.messplus.record.Json;
import java.nio.charset.StandardCharsets;

/** The formats of lines, by the names that commands and files have for them. */
public enum LineFormats {
    /** Lines of OpenAI's batches. */
    OPENAI,
    /** Requests as the requests topic has them. */
    REQUESTS,
    /** Each line is a prompt. */
    PROMPTS;

    /** The format that the first line of a file has. */
    public static LineFormats of(byte[] firstLine) {
        String line = new String(firstLine, StandardCharsets.UTF_8).strip();
        if (!line.startsWith("{")) {
            return PROMPTS;
        }
        try {
            return Json.MAPPER.readTree(line) instanceof ObjectNode object && OpenAiLines.is(object)
                    ? OPENAI
                    : REQUESTS;
        } catch (JsonProcessingException e) {
            // The names of the fields say most of what a broken line was to be.
            return line.contains("\"custom_id\"") ? OPENAI : REQUESTS;
        }
    }

    /**
     * How lines of this format are read and written.
     *
     * @param slaOfLines whether lines of {@link #OPENAI} name their SLA as {@code model}
     */
    public LineFormat lines(boolean slaOfLines) {
        return switch (this) {
            case OPENAI -> new OpenAiLines(slaOfLines);
            case REQUESTS -> OwnLines.requests();
            case PROMPTS -> OwnLines.prompts();
        };
    }
}
