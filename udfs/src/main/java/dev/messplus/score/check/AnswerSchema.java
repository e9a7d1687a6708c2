package dev.messplus.score.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonMetaSchema;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaException;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.Keyword;
import com.networknt.schema.OutputFormat;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.Vocabularies;
import com.networknt.schema.Vocabulary;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A JSON schema for what a model answers: draft 4, 6, 7, 2019-09 or 2020-12, the latter without
 * {@code $schema}. It may come from a sender whom nobody trusts. Nothing that it refers to is
 * fetched, its patterns are those of RE2, and its references are followed a limited number of
 * times. {@code format} is an annotation. Threads may share it.
 */
final class AnswerSchema {

    /** Longest schema, as JSON without white space. */
    static final int MAX_CHARS = 1 << 16;

    /** References that are followed for a value: more than a long list of records has. */
    static final int MAX_REFERENCES = 10_000;

    /** Keywords with which a schema could refer to itself without end, by name. */
    private static final Map<String, Keyword> SAFE =
            Stream.of(
                            new CountedReference(MAX_REFERENCES),
                            new ForbiddenKeyword("$dynamicRef"),
                            new ForbiddenKeyword("$recursiveRef"))
                    .collect(Collectors.toMap(Keyword::getValue, Function.identity()));

    private final JsonSchema schema;

    private AnswerSchema(JsonSchema schema) {
        this.schema = schema;
    }

    /**
     * Compiles a schema.
     *
     * @throws UnusableSchemaException if it is none, is too long, or cannot be trusted
     */
    static AnswerSchema compile(JsonNode json) {
        if (!json.isObject() && !json.isBoolean()) {
            throw new UnusableSchemaException("must be a JSON object");
        }
        if (json.toString().length() > MAX_CHARS) {
            throw new UnusableSchemaException(
                    "must be of at most %d characters".formatted(MAX_CHARS));
        }
        LinearPatterns patterns = new LinearPatterns();
        try {
            JsonSchema schema = factory().getSchema(json, config(patterns));
            patterns.check();
            return new AnswerSchema(schema);
        } catch (RuntimeException | StackOverflowError e) {
            throw unusable(e);
        }
    }

    private static JsonSchemaFactory factory() {
        List<JsonMetaSchema> drafts =
                Stream.of(
                                JsonMetaSchema.getV4(),
                                JsonMetaSchema.getV6(),
                                JsonMetaSchema.getV7(),
                                JsonMetaSchema.getV201909(),
                                JsonMetaSchema.getV202012())
                        .map(AnswerSchema::withSafeReferences)
                        .toList();
        return JsonSchemaFactory.getInstance(
                VersionFlag.V202012,
                builder ->
                        builder.metaSchemas(drafts)
                                .enableSchemaCache(false)
                                .schemaLoaders(
                                        loaders ->
                                                loaders.add(
                                                        iri -> {
                                                            throw elsewhere();
                                                        })));
    }

    private static JsonMetaSchema withSafeReferences(JsonMetaSchema draft) {
        return JsonMetaSchema.builder(draft)
                .keywords(SAFE.values())
                // The factory by default logs each unknown keyword, and keeps it for ever.
                .unknownKeywordFactory((keyword, context) -> null)
                // From 2019-09 on, the keywords of the vocabularies replace those of the draft.
                .vocabularyFactory(AnswerSchema::withSafeReferences)
                .build();
    }

    private static Vocabulary withSafeReferences(String iri) {
        Vocabulary known = Vocabularies.getVocabulary(iri);
        return known == null
                ? null
                : new Vocabulary(
                        iri,
                        known.getKeywords().stream()
                                .map(keyword -> SAFE.getOrDefault(keyword.getValue(), keyword))
                                .toArray(Keyword[]::new));
    }

    /** References are compiled when they are followed, so that compiling them is limited, too. */
    private static SchemaValidatorsConfig config(LinearPatterns patterns) {
        return SchemaValidatorsConfig.builder()
                .regularExpressionFactory(patterns)
                .cacheRefs(false)
                .formatAssertionsEnabled(false)
                .build();
    }

    private static UnusableSchemaException elsewhere() {
        return new UnusableSchemaException(
                "refers to a schema elsewhere, which is not fetched; put it into $defs");
    }

    /**
     * Whether a value is valid.
     *
     * @throws UnusableSchemaException if that takes too long, or if the schema is none where the
     *     value is concerned
     */
    boolean accepts(JsonNode value) {
        try {
            return schema.validate(value, OutputFormat.BOOLEAN);
        } catch (RuntimeException | StackOverflowError e) {
            throw unusable(e);
        }
    }

    private static UnusableSchemaException unusable(Throwable cause) {
        for (Throwable e = cause; e != null; e = e.getCause()) {
            if (e instanceof UnusableSchemaException known) {
                return known;
            }
        }
        return cause instanceof StackOverflowError
                ? new UnusableSchemaException("is nested too deeply, or refers to itself")
                : new UnusableSchemaException(
                        cause instanceof JsonSchemaException
                                ? "is no valid JSON schema, or has a reference to nothing"
                                : "is no valid JSON schema");
    }
}
