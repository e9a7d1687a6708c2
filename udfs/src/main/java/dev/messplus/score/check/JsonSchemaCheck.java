package dev.messplus.score.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.messplus.score.AnsweredRequest;
import dev.messplus.score.Score;
import dev.messplus.score.Scorer;
import dev.messplus.score.ScorerConfig;
import dev.messplus.score.ScorerContext;
import dev.messplus.score.ScoringException;
import dev.messplus.setting.Check;
import dev.messplus.setting.Setting;
import java.util.concurrent.CompletableFuture;

/**
 * Whether the text of an answer is JSON that is valid against a schema: the same one for all
 * answers, or that of the request's {@code response_format}. It has nothing to say of a request
 * without a schema, if the schema must come from there.
 */
public final class JsonSchemaCheck implements Scorer {

    private static final String IN_REQUEST = "/response_format/json_schema/schema";

    private final Config config;

    /** {@code null} if it comes from the request. */
    private final AnswerSchema schema;

    private final AnswerSchemas ofRequests = new AnswerSchemas();

    private JsonSchemaCheck(Config config) {
        this.config = config;
        this.schema = config.schema == null ? null : AnswerSchema.compile(config.schema);
    }

    /**
     * Settings.
     *
     * @param schema the schema; {@code null} if it comes from the request
     * @param fromRequest whether it comes from the request
     * @param fenced whether the JSON may stand in a fence of Markdown, alone
     */
    public record Config(
            @Setting ObjectNode schema,
            @Setting(byDefault = "false") boolean fromRequest,
            @Setting(byDefault = "false") boolean fenced)
            implements ScorerConfig {

        /**
         * Settings.
         *
         * @throws IllegalArgumentException if there is no schema, or there are two, or it is of no
         *     use
         */
        public Config {
            // Where a file has no schema, the loader puts an empty one, which accepts any JSON.
            schema = fromRequest && schema != null && schema.isEmpty() ? null : schema;
            Check.that(
                    schema != null || fromRequest,
                    "schema: is missing; give a JSON schema, or set fromRequest to true");
            Check.that(
                    schema == null || !fromRequest,
                    "fromRequest: must be false beside schema, was true; remove one of them");
            if (schema != null) {
                schema = schema.deepCopy();
                try {
                    AnswerSchema.compile(schema);
                } catch (UnusableSchemaException e) {
                    throw new IllegalArgumentException("schema: " + e.getMessage(), e);
                }
            }
        }

        @Override
        public Scorer open(ScorerContext context) {
            return new JsonSchemaCheck(this);
        }
    }

    @Override
    public CompletableFuture<Score> score(AnsweredRequest answered, long deadlineNanos) {
        return Verdict.now(() -> score(answered));
    }

    private Score score(AnsweredRequest answered) {
        JsonNode ofRequest =
                AnswerJson.read(config.fromRequest ? answered.request().params() : null)
                        .at(IN_REQUEST);
        if (!answered.hasText() || (config.fromRequest && ofRequest.isMissingNode())) {
            return Score.NONE;
        }
        try {
            AnswerSchema asked = config.fromRequest ? ofRequests.of(ofRequest) : schema;
            return Verdict.of(isValid(answered.text(), asked));
        } catch (UnusableSchemaException e) {
            throw new ScoringException("The schema of the answer " + e.getMessage());
        }
    }

    private boolean isValid(String text, AnswerSchema asked) {
        JsonNode json = AnswerJson.read(config.fenced ? CodeFence.contentOf(text) : text);
        return !json.isMissingNode() && asked.accepts(json);
    }
}
