package dev.messplus.job.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.dataformat.yaml.JacksonYAMLParseException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.messplus.energy.EnergySource;
import dev.messplus.score.ScorerConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Parses YAML of limited size and depth. Duplicate fields are errors, and so are aliases: Jackson
 * would read an alias as a string with its name.
 */
final class StrictYaml {

    /** Largest file, in bytes. */
    static final int MAX_BYTES = 1 << 20;

    private static final int MAX_DEPTH = 32;

    static final YAMLMapper MAPPER =
            YAMLMapper.builder(
                            YAMLFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(MAX_DEPTH)
                                                    .build())
                                    .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
                    .addMixIn(EnergySource.class, EnergySourceNames.class)
                    .addMixIn(ScorerConfig.class, ScorerNames.class)
                    .build();

    /** A problem and its place, which comes after what was read and the place where that began. */
    private static final Pattern PROBLEM =
            Pattern.compile("(?m)^(\\S.*)\\R in .*, line (\\d+, column \\d+):");

    private StrictYaml() {}

    /**
     * The text of a file.
     *
     * @throws ConfigException if it cannot be read
     */
    static String text(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            // One byte more than the limit is refused like all the rest.
            return new String(in.readNBytes(MAX_BYTES + 1), StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new ConfigException(file.toString(), List.of("file: does not exist"));
        } catch (IOException e) {
            throw new ConfigException(file.toString(), List.of("file: cannot be read: " + e));
        }
    }

    /**
     * Parses a text.
     *
     * @param source what the text is called in errors
     * @throws ConfigException if it cannot be parsed
     */
    static JsonNode parse(String source, String yaml) {
        if (yaml.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw new ConfigException(
                    source, List.of("file: must have at most " + MAX_BYTES + " bytes"));
        }
        try {
            requireNoAliases(source, yaml);
            return MAPPER.readTree(yaml);
        } catch (JacksonYAMLParseException e) {
            throw new ConfigException(source, List.of("yaml: " + syntaxError(e)));
        } catch (IOException e) {
            throw new ConfigException(source, List.of("yaml: " + e.getMessage()));
        }
    }

    /**
     * Converts a tree to a value.
     *
     * @throws ConfigException if the tree does not fit the type
     */
    /** Why a section refuses settings that it was given together, after the path of the section. */
    private static String refusal(JsonMappingException e) {
        Throwable cause = e;
        while (cause.getCause() != null && !(cause instanceof IllegalArgumentException)) {
            cause = cause.getCause();
        }
        if (!(cause instanceof IllegalArgumentException)) {
            return "yaml: " + e.getOriginalMessage();
        }
        return e.getPath().stream()
                .map(JsonMappingException.Reference::getFieldName)
                .filter(Objects::nonNull)
                .map(name -> name + ".")
                .collect(Collectors.joining("", "", cause.getMessage()));
    }

    static <T> T convert(String source, JsonNode tree, Class<T> type) {
        try {
            return MAPPER.treeToValue(tree, type);
        } catch (JsonMappingException e) {
            throw new ConfigException(source, List.of(refusal(e)));
        } catch (JsonProcessingException e) {
            throw new ConfigException(source, List.of("yaml: " + e.getOriginalMessage()));
        }
    }

    /** Where the text is no YAML, and why, without what the parser adds for its developers. */
    private static String syntaxError(JacksonYAMLParseException e) {
        String message = e.getOriginalMessage();
        return PROBLEM.matcher(message)
                .results()
                .reduce((context, problem) -> problem)
                .map(
                        problem ->
                                "line %s: %s; look at the indentation, brackets and colons before it"
                                        .formatted(problem.group(2), problem.group(1)))
                .orElse(message);
    }

    private static void requireNoAliases(String source, String yaml) throws IOException {
        try (YAMLParser parser = MAPPER.getFactory().createParser(yaml)) {
            while (parser.nextToken() != null) {
                if (parser.isCurrentAlias()) {
                    throw new ConfigException(
                            source,
                            List.of(
                                    "yaml: line %d: *%s: aliases are not supported; repeat the value instead"
                                            .formatted(
                                                    parser.currentTokenLocation().getLineNr(),
                                                    parser.getText())));
                }
            }
        }
    }
}
