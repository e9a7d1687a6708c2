package dev.messplus.parse;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.DoublePredicate;
import java.util.function.Predicate;

/**
 * The parameters of chat completions that a request may pass to the model server.
 *
 * <p>Sources: the request body of OpenAI's {@code POST /v1/chat/completions}; the classes {@code
 * ChatCompletionRequest} of vLLM and SGLang; the page of llama.cpp's server on its chat
 * completions; Ollama's page on its OpenAI compatibility.
 *
 * <p>A value is refused here if vLLM would answer it with 400: by the types of its {@code
 * ChatCompletionRequest} (vllm/entrypoints/openai/chat_completion/protocol.py) and by the checks of
 * its {@code SamplingParams} (vllm/sampling_params.py). Limits that the operator of a server can
 * change are left to it: the number of stop strings and of log probabilities, the vocabulary. What
 * parameters must be to one another is in {@link ParamRules}.
 *
 * <p>Left out are parameters that choose another model or several answers, that ask for other than
 * text, that make the server connect to an address or run code that the sender chooses, and that
 * place a request before those of others. Servers ignore parameters that they do not know.
 */
final class ChatParams {

    private static final String SET_BY_THE_JOB = "the job sets it";
    private static final String ONE_ANSWER = "the job asks for one answer";
    private static final String TEXT_ONLY = "the job reads texts alone";

    /** Why a parameter is refused that servers know. */
    private static final Map<String, String> REFUSED =
            Map.of(
                    "model", SET_BY_THE_JOB,
                    "messages", SET_BY_THE_JOB,
                    "stream", "the job reads whole answers",
                    "stream_options", "the job reads whole answers",
                    "best_of", ONE_ANSWER,
                    "use_beam_search", ONE_ANSWER,
                    "modalities", TEXT_ONLY,
                    "audio", TEXT_ONLY);

    /** Parameters whose names a record may have for itself, beside its prompt. */
    private static final Set<String> GENERIC =
            Set.of(
                    "user",
                    "store",
                    "metadata",
                    "documents",
                    "prediction",
                    "reasoning",
                    "audio",
                    "echo",
                    "regex",
                    "grammar");

    private static final Check ARRAY = type(JsonCursor::isArray, "an array");
    private static final Check OBJECT = type(JsonCursor::isObject, "an object");
    private static final Check TEXT_OR_OBJECT =
            type(value -> value.isText() || value.isObject(), "a string or an object");

    private static final Map<String, Check> CHECKS = checks();

    private static final FieldNames NAMES = names();

    /** vLLM takes {@code null} as the default of all others. */
    private static final Set<String> NOT_NULL =
            Set.of(
                    "add_generation_prompt",
                    "add_special_tokens",
                    "bad_words",
                    "continue_final_message",
                    "echo",
                    "ignore_eos",
                    "include_reasoning",
                    "include_stop_str_in_output",
                    "length_penalty",
                    "min_tokens",
                    "skip_special_tokens",
                    "spaces_between_special_tokens");

    private static final Set<String> EFFORTS =
            Set.of("none", "minimal", "low", "medium", "high", "xhigh", "max");

    /** Servers have parameters of shorter names that are near known ones, such as top_a. */
    private static final int MIN_MISSPELT_CHARS = 8;

    private static final int MAX_SALT_CHARS = 128;
    private static final String NOT_IN_SALT = "@/\\\0";

    /** What a parameter must be. */
    @FunctionalInterface
    private interface Check {

        /** Reads the value to its end, or refuses it. */
        void check(JsonCursor value) throws IOException, InvalidRecordException;
    }

    private ChatParams() {}

    /** Checks the name and the value of a parameter, and reads it to its end. */
    static void check(String name, JsonCursor value) throws IOException, InvalidRecordException {
        Check check = CHECKS.get(name);
        if (check == null) {
            throw value.invalid(refusal(name));
        }
        if (!value.isNull()) {
            check.check(value);
        } else if (NOT_NULL.contains(name)) {
            throw value.invalid("must not be null; leave it out");
        }
    }

    /**
     * The same of a parameter that an owner sets, who may set others than those that are known,
     * unless they look like a misspelling of a long name.
     */
    static void checkOfOwner(String name, JsonCursor value)
            throws IOException, InvalidRecordException {
        boolean known = CHECKS.containsKey(name) || REFUSED.containsKey(name);
        if (known || name.length() >= MIN_MISSPELT_CHARS && NAMES.meant(name) != null) {
            check(name, value);
        }
    }

    /**
     * Why a parameter is refused that a request has beside its prompt, where it would be ignored;
     * {@code null} for any other name.
     */
    static String misplaced(String name) {
        if (GENERIC.contains(name)) {
            return null;
        }
        if (CHECKS.containsKey(name)) {
            return "is a parameter for the model server; move it into params";
        }
        String why = REFUSED.get(name);
        return why == null ? null : "must not be set, because " + why + "; leave it out";
    }

    /** The names of the parameters that pass. */
    static Set<String> passed() {
        return CHECKS.keySet();
    }

    private static String refusal(String name) {
        String why = REFUSED.get(name);
        if (why != null) {
            return "must not be set, because " + why + "; leave it out";
        }
        String meant = NAMES.meant(name);
        if (meant == null) {
            return "is not among the parameters that the job passes on; leave it out";
        }
        return REFUSED.containsKey(meant)
                ? "is unknown; if it means %s, leave it out, because %s"
                        .formatted(meant, REFUSED.get(meant))
                : RecordReader.didYouMean(meant);
    }

    private static FieldNames names() {
        Set<String> names = new LinkedHashSet<>(CHECKS.keySet());
        names.addAll(REFUSED.keySet());
        return FieldNames.of(names);
    }

    private static Map<String, Check> checks() {
        Map<String, Check> checks = new LinkedHashMap<>();
        addOpenAi(checks);
        addModelServers(checks);
        addLlamaCpp(checks);
        return checks;
    }

    private static void addOpenAi(Map<String, Check> checks) {
        add(checks, atLeast(1), "max_tokens", "max_completion_tokens");
        add(checks, ChatParams::one, "n");
        add(checks, from(0, 2), "temperature");
        add(checks, number("above 0 and at most 1", x -> x > 0 && x <= 1), "top_p");
        add(checks, from(-2, 2), "frequency_penalty", "presence_penalty");
        add(checks, value -> value.integer(Long.MIN_VALUE, Long.MAX_VALUE), "seed");
        add(checks, atLeast(-1), "top_logprobs");
        add(checks, JsonCursor::flag, "logprobs", "parallel_tool_calls", "store");
        add(checks, ChatParams::textOrTexts, "stop");
        add(checks, ARRAY, "tools", "functions");
        add(checks, TEXT_OR_OBJECT, "tool_choice", "function_call");
        add(checks, OBJECT, "response_format", "metadata", "prediction");
        add(checks, OBJECT, "web_search_options");
        add(checks, ChatParams::logitBias, "logit_bias");
        add(checks, JsonCursor::text, "user", "safety_identifier", "prompt_cache_key");
        add(checks, JsonCursor::text, "service_tier", "prompt_cache_retention", "verbosity");
        add(checks, ChatParams::effort, "reasoning_effort");
    }

    /** What vLLM and SGLang accept in addition, and in part llama.cpp and Ollama. */
    private static void addModelServers(Map<String, Check> checks) {
        add(checks, from(0, 1), "min_p");
        add(checks, number("above 0", x -> x > 0), "repetition_penalty");
        add(checks, JsonCursor::number, "length_penalty");
        add(checks, atLeast(-1), "top_k", "thinking_token_budget", "truncate_prompt_tokens");
        add(checks, atLeast(0), "min_tokens");
        add(checks, ChatParams::side, "truncation_side");
        add(checks, ChatParams::tokenIds, "stop_token_ids");
        add(checks, ChatParams::someTokenIds, "allowed_token_ids");
        add(checks, ChatParams::texts, "bad_words");
        add(checks, value -> elements(value, OBJECT), "documents");
        add(checks, JsonCursor::flag, "include_stop_str_in_output", "ignore_eos");
        add(checks, JsonCursor::flag, "skip_special_tokens", "spaces_between_special_tokens");
        add(checks, JsonCursor::flag, "add_special_tokens", "add_generation_prompt");
        add(checks, JsonCursor::flag, "continue_final_message", "echo", "include_reasoning");
        add(checks, JsonCursor::flag, "separate_reasoning", "no_stop_trim");
        add(checks, OBJECT, "chat_template_kwargs", "structured_outputs", "reasoning");
        add(checks, TEXT_OR_OBJECT, "guided_json");
        add(checks, ARRAY, "guided_choice");
        add(checks, JsonCursor::text, "guided_regex", "guided_grammar");
        add(checks, JsonCursor::text, "guided_whitespace_pattern", "guided_decoding_backend");
        add(checks, JsonCursor::text, "regex", "ebnf");
        add(checks, ChatParams::salt, "cache_salt");
        add(checks, ChatParams::textOrTexts, "stop_regex");
    }

    private static void addLlamaCpp(Map<String, Check> checks) {
        add(checks, JsonCursor::number, "typical_p", "top_n_sigma", "repeat_penalty");
        add(checks, JsonCursor::number, "dynatemp_range", "dynatemp_exponent");
        add(checks, JsonCursor::number, "mirostat_tau", "mirostat_eta");
        add(checks, JsonCursor::number, "xtc_probability", "xtc_threshold");
        add(checks, JsonCursor::number, "dry_multiplier", "dry_base");
        add(checks, atLeast(Integer.MIN_VALUE), "repeat_last_n", "mirostat", "min_keep");
        add(checks, atLeast(Integer.MIN_VALUE), "dry_allowed_length", "dry_penalty_last_n");
        add(checks, ARRAY, "dry_sequence_breakers");
        add(checks, ChatParams::textOrTexts, "samplers");
        add(checks, JsonCursor::text, "grammar", "reasoning_format");
        add(checks, OBJECT, "json_schema");
        add(checks, JsonCursor::flag, "cache_prompt", "parse_tool_calls", "thinking_forced_open");
    }

    private static void add(Map<String, Check> checks, Check check, String... names) {
        for (String name : names) {
            checks.put(name, check);
        }
    }

    // The checks.

    private static Check atLeast(int min) {
        return value -> value.integer(min, Integer.MAX_VALUE);
    }

    private static Check from(int min, int max) {
        return number("from %d to %d".formatted(min, max), x -> x >= min && x <= max);
    }

    private static Check number(String range, DoublePredicate within) {
        return value -> value.require(within.test(value.number()), range);
    }

    private static Check type(Predicate<JsonCursor> type, String what) {
        return value -> {
            value.require(type.test(value), what);
            value.skip();
        };
    }

    private static void one(JsonCursor value) throws IOException, InvalidRecordException {
        if (!value.isNumber() || value.number() != 1) {
            throw value.invalid("must be 1, because " + ONE_ANSWER);
        }
    }

    private static void textOrTexts(JsonCursor value) throws IOException, InvalidRecordException {
        value.require(value.isText() || value.isArray(), "a string or an array");
        if (value.isText()) {
            notEmpty(value);
        } else {
            texts(value);
        }
    }

    private static void texts(JsonCursor value) throws IOException, InvalidRecordException {
        elements(value, ChatParams::notEmpty);
    }

    private static int tokenIds(JsonCursor value) throws IOException, InvalidRecordException {
        return elements(value, atLeast(0));
    }

    private static void someTokenIds(JsonCursor value) throws IOException, InvalidRecordException {
        if (tokenIds(value) == 0) {
            throw value.invalid("must not be empty; leave it out");
        }
    }

    private static int elements(JsonCursor value, Check element)
            throws IOException, InvalidRecordException {
        value.require(value.isArray(), "an array");
        int count = 0;
        while (value.nextElement()) {
            element.check(value);
            count++;
        }
        return count;
    }

    private static void notEmpty(JsonCursor value) throws IOException, InvalidRecordException {
        if (value.text().isEmpty()) {
            throw value.invalid("must not be empty");
        }
    }

    private static void logitBias(JsonCursor value) throws IOException, InvalidRecordException {
        value.require(value.isObject(), "an object");
        for (String token = value.nextField(); token != null; token = value.nextField()) {
            if (!token.matches("[0-9]{1,10}")) {
                throw value.invalid("must have the id of a token as its name, an integer");
            }
            value.number();
        }
    }

    private static void side(JsonCursor value) throws IOException, InvalidRecordException {
        String side = value.text();
        value.require(side.equals("left") || side.equals("right"), "left or right");
    }

    /** SGLang also takes a number. */
    private static void effort(JsonCursor value) throws IOException, InvalidRecordException {
        boolean valid =
                value.isNumber()
                        ? value.number() >= 0 && value.number() <= 0.99
                        : value.isText() && EFFORTS.contains(value.text());
        value.require(
                valid,
                "none, minimal, low, medium, high, xhigh or max, or a number from 0 to 0.99");
        value.skip();
    }

    private static void salt(JsonCursor value) throws IOException, InvalidRecordException {
        String salt = value.text();
        boolean valid =
                !salt.isEmpty()
                        && salt.length() <= MAX_SALT_CHARS
                        && salt.chars().noneMatch(c -> NOT_IN_SALT.indexOf(c) >= 0);
        if (!valid) {
            throw value.invalid(
                    "must have 1 to %d characters, and none of @ / \\ NUL"
                            .formatted(MAX_SALT_CHARS));
        }
    }
}
