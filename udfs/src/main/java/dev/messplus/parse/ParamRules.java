package dev.messplus.parse;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.record.DeadLetter.Reason;
import dev.messplus.record.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * What the parameters of a request must be to one another, because servers answer all else with
 * 400: vLLM by the validators of its {@code ChatCompletionRequest}
 * (vllm/entrypoints/openai/chat_completion/protocol.py) and {@code SamplingParams}
 * (vllm/sampling_params.py), SGLang by those of its {@code SamplingParams}
 * (python/sglang/srt/sampling/sampling_params.py), and llama.cpp, which takes one grammar.
 */
final class ParamRules {

    /** A parameter; when its value is refused, beside the other parameters; and why. */
    private record Rule(String param, BiPredicate<JsonNode, JsonNode> isInvalid, String problem) {

        boolean isBroken(JsonNode params) {
            return isSet(params, param) && isInvalid.test(params.path(param), params);
        }
    }

    /** Of each of these, at most one may be set. */
    private static final List<List<String>> EXCLUSIVE =
            List.of(
                    List.of("guided_json", "guided_regex", "guided_choice", "guided_grammar"),
                    List.of("regex", "ebnf"),
                    List.of("grammar", "json_schema"));

    private static final Set<String> STRUCTURES =
            Set.of("json", "regex", "choice", "grammar", "json_object", "structural_tag");

    private static final Set<String> FORMATS =
            Set.of("text", "json_object", "json_schema", "structural_tag");

    private static final Set<String> TOOL_CHOICES = Set.of("none", "auto", "required");

    private static final List<Rule> SINGLE =
            List.of(
                    new Rule(
                            "top_logprobs",
                            (count, params) ->
                                    count.asInt() != 0 && !params.path("logprobs").asBoolean(),
                            "needs logprobs, which must be true; set it, or leave top_logprobs out"),
                    new Rule(
                            "min_tokens",
                            (min, params) -> min.asLong() > maxTokens(params),
                            "must be at most max_tokens"),
                    new Rule(
                            "add_generation_prompt",
                            (added, params) ->
                                    added.asBoolean()
                                            && params.path("continue_final_message").asBoolean(),
                            "must not be true together with continue_final_message; leave one of"
                                    + " them out"),
                    new Rule(
                            "tools",
                            (tools, params) -> tools.isEmpty(),
                            "must not be empty; leave it out"),
                    new Rule(
                            "tools",
                            (tools, params) -> !allHaveNames(tools),
                            "must be objects, of which each of the type function has a function"
                                    + " with a name"),
                    new Rule(
                            "tool_choice",
                            (choice, params) ->
                                    !choice.asText().equals("none") && !isSet(params, "tools"),
                            "needs tools; add them, or leave tool_choice out"),
                    new Rule(
                            "tool_choice",
                            (choice, params) ->
                                    choice.isTextual() && !TOOL_CHOICES.contains(choice.asText()),
                            "must be none, auto, required, or a function"),
                    new Rule(
                            "tool_choice",
                            (choice, params) ->
                                    isFunction(choice)
                                            && !toolNames(params).contains(functionName(choice)),
                            "must name one of tools"),
                    new Rule(
                            "structured_outputs",
                            (outputs, params) -> structures(outputs) != 1,
                            "must have one of json, regex, choice, grammar, json_object and"
                                    + " structural_tag"),
                    new Rule(
                            "structured_outputs",
                            (outputs, params) -> params.path("tool_choice").isObject(),
                            "must not be set together with a tool_choice that names a function"),
                    new Rule(
                            "response_format",
                            (format, params) -> !FORMATS.contains(type(format)),
                            "must have the type text, json_object, json_schema or structural_tag"),
                    new Rule(
                            "response_format",
                            // A schema, as llama.cpp and SGLang take it too.
                            (format, params) ->
                                    type(format).equals("json_schema")
                                            && !isSet(format, "json_schema")
                                            && !isSet(format, "schema"),
                            "of the type json_schema must have a json_schema"));

    private static final List<Rule> RULES = rules();

    private ParamRules() {}

    /**
     * Checks parameters each of which is valid.
     *
     * @param names the names of the parameters
     * @param json the parameters, a JSON object
     */
    static void check(Set<String> names, String json) throws IOException, InvalidRecordException {
        if (RULES.stream().noneMatch(rule -> names.contains(rule.param))) {
            return;
        }
        JsonNode params = Json.MAPPER.readTree(json);
        for (Rule rule : RULES) {
            if (rule.isBroken(params)) {
                throw new InvalidRecordException(
                        Reason.INVALID_VALUE, "params." + rule.param, rule.problem);
            }
        }
    }

    private static List<Rule> rules() {
        List<Rule> rules = new ArrayList<>(SINGLE);
        for (List<String> group : EXCLUSIVE) {
            for (int i = 0; i < group.size(); i++) {
                for (String first : group.subList(0, i)) {
                    rules.add(exclusive(first, group.get(i)));
                }
            }
        }
        return List.copyOf(rules);
    }

    private static Rule exclusive(String first, String second) {
        return new Rule(
                second,
                (value, params) -> isSet(params, first),
                "must not be set together with %s; leave one of them out".formatted(first));
    }

    private static boolean isSet(JsonNode object, String name) {
        return object.hasNonNull(name);
    }

    private static long maxTokens(JsonNode params) {
        String name =
                isSet(params, "max_completion_tokens") ? "max_completion_tokens" : "max_tokens";
        return params.path(name).asLong(Long.MAX_VALUE);
    }

    private static String type(JsonNode object) {
        return object.path("type").asText();
    }

    /** Whether it is a tool or the choice of one that is a function, which is the default. */
    private static boolean isFunction(JsonNode tool) {
        return tool.isObject() && (!isSet(tool, "type") || type(tool).equals("function"));
    }

    /** The name of a function; {@code null} if it has none. */
    private static String functionName(JsonNode tool) {
        return tool.path("function").path("name").textValue();
    }

    private static boolean allHaveNames(JsonNode tools) {
        for (JsonNode tool : tools) {
            if (!tool.isObject() || (isFunction(tool) && functionName(tool) == null)) {
                return false;
            }
        }
        return true;
    }

    private static Set<String> toolNames(JsonNode params) {
        Set<String> names = new HashSet<>();
        params.path("tools").forEach(tool -> names.add(functionName(tool)));
        names.remove(null);
        return names;
    }

    private static long structures(JsonNode structuredOutputs) {
        return STRUCTURES.stream().filter(name -> isSet(structuredOutputs, name)).count();
    }
}
