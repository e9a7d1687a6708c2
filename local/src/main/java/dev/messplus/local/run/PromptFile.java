package dev.messplus.local.run;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.messplus.job.config.ConfigException;
import dev.messplus.job.pipeline.RecordCheck;
import dev.messplus.record.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * A file with the prompts of a local run, one in a line. A line that begins with a brace is a
 * request as JSON; any other is a prompt, a tab, and the right answer.
 */
public final class PromptFile {

    /** The kind of prompts that do not say theirs. */
    static final String NO_KIND = "all prompts";

    /** More errors of one file do not help. */
    private static final int MAX_SHOWN_ERRORS = 10;

    /** {@code max.request.size} of a producer, less what a record has beside its value. */
    private static final int MAX_BYTES = (1 << 20) - 1_024;

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    /** Refuses what would otherwise be lost: all but the last of several fields of a name. */
    private static final ObjectReader STRICT =
            Json.MAPPER
                    .reader()
                    .with(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                    .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final RecordCheck check;
    private final List<LabelledPrompt> prompts = new ArrayList<>();
    private final Set<String> ids = new HashSet<>();

    private PromptFile(RecordCheck check) {
        this.check = check;
    }

    /**
     * Reads all prompts of a file.
     *
     * @param zoo file of the zoo, with which the prompts are checked as the job checks them
     * @throws ConfigException with the errors of the lines: what the job would refuse, a line
     *     without a right answer, an id that another line has
     */
    public static List<LabelledPrompt> read(Path file, Path zoo) throws IOException {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new ConfigException(file.toString(), List.of("file: cannot be read"));
        }
        PromptFile prompts = new PromptFile(RecordCheck.of(ZooFile.config(zoo)));
        List<String> errors = prompts.addAll(file);
        if (errors.isEmpty() && prompts.prompts.isEmpty()) {
            errors.add("file: has no prompts");
        }
        if (!errors.isEmpty()) {
            throw new ConfigException(
                    file.toString(),
                    errors.subList(0, Math.min(MAX_SHOWN_ERRORS, errors.size())),
                    errors.size());
        }
        return prompts.prompts;
    }

    private List<String> addAll(Path file) throws IOException {
        List<String> errors = new ArrayList<>();
        long number = 0;
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                try {
                    add(number == 1 ? line.replaceFirst("^" + BYTE_ORDER_MARK, "") : line, number);
                } catch (IllegalArgumentException e) {
                    errors.add("line " + number + ": " + e.getMessage());
                }
            }
        } catch (CharacterCodingException e) {
            errors.add(
                    "line %d or later: is not UTF-8; save the file as UTF-8".formatted(number + 1));
        }
        return errors;
    }

    private void add(String line, long number) {
        if (line.isBlank()) {
            return;
        }
        ObjectNode request = request(line);
        if (!request.hasNonNull("reference")) {
            throw new IllegalArgumentException(
                    "has no reference, the right answer, so that no answer can be scored. Write it"
                            + " into the field reference, or behind the prompt and a tab");
        }
        request.putIfAbsent("id", TextNode.valueOf("line-" + number));
        request.put("sla", ZooFile.ANY_SLA);
        byte[] json = Json.bytes(request);
        if (json.length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "must have at most %,d bytes, had %,d".formatted(MAX_BYTES, json.length));
        }
        check.requestError(json)
                .ifPresent(
                        error -> {
                            throw new IllegalArgumentException(error);
                        });
        String id = request.remove("id").textValue();
        request.remove("sla");
        if (!ids.add(id)) {
            throw new IllegalArgumentException("id: must be that of one line, was " + id);
        }
        prompts.add(
                new LabelledPrompt(
                        id,
                        request.at("/metadata/kind").asText(NO_KIND),
                        text(request),
                        texts(request.get("reference"), " | "),
                        request));
    }

    private static ObjectNode request(String line) {
        if (line.strip().startsWith("{")) {
            try {
                return (ObjectNode) STRICT.readTree(line);
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException(
                        "must be one JSON object, or must not begin with {: "
                                + e.getOriginalMessage(),
                        e);
            }
        }
        if (line.strip().startsWith("[{")) {
            throw new IllegalArgumentException(
                    "must be a request as a JSON object, or a prompt; was a list. Write each request"
                            + " into a line of its own");
        }
        int tab = line.lastIndexOf('\t');
        ObjectNode request = Json.MAPPER.createObjectNode();
        request.put("prompt", tab < 0 ? line : line.substring(0, tab));
        if (tab >= 0 && !line.substring(tab).isBlank()) {
            request.put("reference", line.substring(tab + 1).strip());
        }
        return request;
    }

    /** What the job embeds: the prompt, or the contents of the messages. */
    private static String text(ObjectNode request) {
        if (request.hasNonNull("prompt")) {
            return request.get("prompt").asText();
        }
        return StreamSupport.stream(request.path("messages").spliterator(), false)
                .map(message -> texts(message.path("content"), "\n"))
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining("\n"));
    }

    /** A text, or the texts in a list, of which each may be a part of a message. */
    private static String texts(JsonNode node, String separator) {
        if (!node.isArray()) {
            return node.asText();
        }
        return StreamSupport.stream(node.spliterator(), false)
                .map(part -> part.isObject() ? part.path("text").asText() : part.asText())
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(separator));
    }
}
