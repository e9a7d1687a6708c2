package dev.messplus.score.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.messplus.score.AnsweredRequest;
import dev.messplus.score.Score;
import dev.messplus.score.Scorer;
import dev.messplus.score.ScorerConfig;
import dev.messplus.score.ScorerContext;
import dev.messplus.score.ScoringException;
import dev.messplus.setting.Setting;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Whether each tool call of an answer names a tool of its request, and has arguments that are valid
 * against the schema of the tool's parameters. It has nothing to say of a request without tools.
 */
public final class ToolCallCheck implements Scorer {

    /** The parameters of a tool that states none: any object. */
    private static final JsonNode ANY_OBJECT =
            JsonNodeFactory.instance.objectNode().put("type", "object");

    private final boolean required;
    private final AnswerSchemas schemas = new AnswerSchemas();

    private ToolCallCheck(boolean required) {
        this.required = required;
    }

    /**
     * Settings.
     *
     * @param required whether an answer without a tool call gets 0; else the check has nothing to
     *     say of it
     */
    public record Config(@Setting(byDefault = "true") boolean required) implements ScorerConfig {

        @Override
        public Scorer open(ScorerContext context) {
            return new ToolCallCheck(required);
        }
    }

    @Override
    public CompletableFuture<Score> score(AnsweredRequest answered, long deadlineNanos) {
        return Verdict.now(() -> score(answered));
    }

    private Score score(AnsweredRequest answered) {
        Map<String, JsonNode> tools = tools(AnswerJson.read(answered.request().params()));
        if (tools.isEmpty()) {
            return Score.NONE;
        }
        String calls = answered.output().toolCalls();
        JsonNode read = AnswerJson.read(calls);
        if (calls == null || (read.isArray() && read.isEmpty())) {
            return required ? Verdict.of(false) : Score.NONE;
        }
        return Verdict.of(read.isArray() && areValid(read, tools));
    }

    /** The schemas of the parameters of functions, by their names. */
    private static Map<String, JsonNode> tools(JsonNode params) {
        Map<String, JsonNode> tools = new HashMap<>();
        for (JsonNode tool : params.path("tools")) {
            JsonNode function = tool.path("function");
            if (function.path("name").isTextual()) {
                JsonNode parameters = function.path("parameters");
                boolean stated = !parameters.isMissingNode() && !parameters.isNull();
                tools.put(function.path("name").textValue(), stated ? parameters : ANY_OBJECT);
            }
        }
        return tools;
    }

    private boolean areValid(JsonNode calls, Map<String, JsonNode> tools) {
        for (JsonNode call : calls) {
            if (!isValid(call.path("function"), tools)) {
                return false;
            }
        }
        return true;
    }

    private boolean isValid(JsonNode call, Map<String, JsonNode> tools) {
        JsonNode parameters = tools.get(call.path("name").textValue());
        JsonNode arguments = AnswerJson.read(call.path("arguments").textValue());
        if (parameters == null || arguments.isMissingNode()) {
            return false;
        }
        try {
            return schemas.of(parameters).accepts(arguments);
        } catch (UnusableSchemaException e) {
            throw new ScoringException(
                    "The schema of a tool's parameters in the request " + e.getMessage());
        }
    }
}
