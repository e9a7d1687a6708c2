package dev.messplus.job.config;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.messplus.core.belief.WarmStart;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Recorded outcomes as a file: a {@link WarmStart} in JSON, field by field, with the version of the
 * format in {@code format}. {@code mess replay --save} writes it.
 */
public final class WarmStartFile {

    /** Version of the format. Another one is refused. */
    static final int FORMAT = 2;

    /** Largest file, in bytes: some 750 models, at 5 KB each with 256 groups of prompts. */
    static final int MAX_BYTES = 4 << 20;

    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .defaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL))
                    .build();

    private WarmStartFile() {}

    /** Writes a file, or replaces it. Folders that are missing are created. */
    public static void write(Path file, WarmStart recorded) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        ObjectNode tree = MAPPER.createObjectNode().put("format", FORMAT);
        tree.setAll(MAPPER.<ObjectNode>valueToTree(recorded));
        Files.writeString(file, MAPPER.writeValueAsString(tree) + "\n");
    }

    /**
     * Reads a file.
     *
     * @throws IllegalArgumentException if it cannot be used; the message says why
     */
    public static WarmStart read(Path file) {
        return parse(text(file));
    }

    /**
     * The text of a file.
     *
     * @throws IllegalArgumentException if it cannot be read, or is too large; the message says why
     */
    public static String text(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IllegalArgumentException(
                        "%s must have at most %d bytes".formatted(file, MAX_BYTES));
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(file + " does not exist", e);
        } catch (IOException e) {
            throw new IllegalArgumentException("%s cannot be read: %s".formatted(file, e), e);
        }
    }

    /**
     * Parses the text of a file.
     *
     * @throws IllegalArgumentException if it cannot be used; the message says why
     */
    static WarmStart parse(String json) {
        try {
            JsonNode tree = MAPPER.readTree(json);
            int format = tree.path("format").asInt();
            if (!(tree instanceof ObjectNode fields) || format != FORMAT) {
                throw new IllegalArgumentException(
                        "format: must be %d, was %s; mess replay --save writes such files"
                                .formatted(FORMAT, tree.path("format")));
            }
            fields.remove("format");
            if (!fields.has("bestScore")) {
                // Files of earlier releases do not have it.
                fields.put("bestScore", Double.NaN);
            }
            return MAPPER.treeToValue(fields, WarmStart.class);
        } catch (ValueInstantiationException e) {
            String path = path(e);
            throw new IllegalArgumentException(
                    (path.isEmpty() ? "" : path + ".") + e.getCause().getMessage(), e);
        } catch (JsonMappingException e) {
            String path = path(e);
            throw unreadable((path.isEmpty() ? "" : path + ": ") + e.getOriginalMessage(), e);
        } catch (JsonProcessingException e) {
            throw unreadable(e.getOriginalMessage(), e);
        }
    }

    private static IllegalArgumentException unreadable(String why, JsonProcessingException e) {
        return new IllegalArgumentException("is not what mess replay --save writes: " + why, e);
    }

    /** Where in the file something is wrong: {@code prompts[3].rows}; empty if in all of it. */
    private static String path(JsonMappingException e) {
        StringBuilder path = new StringBuilder();
        for (JsonMappingException.Reference at : e.getPath()) {
            if (at.getFieldName() == null) {
                path.append('[').append(at.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(at.getFieldName());
            }
        }
        return path.toString();
    }
}
