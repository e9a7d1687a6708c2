package dev.messplus.parsing;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The parameters of chat completions that a request may pass to the model server.
 *
 * <p>Sources: the request body of OpenAI's {@code POST /v1/chat/completions}; the classes {@code
 * ChatCompletionRequest} of vLLM and SGLang; the page of llama.cpp's server on its chat
 * completions; Ollama's page on its OpenAI compatibility.
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
                    "n", ONE_ANSWER,
                    "best_of", ONE_ANSWER,
                    "use_beam_search", ONE_ANSWER,
                    "modalities", TEXT_ONLY,
                    "audio", TEXT_ONLY);

    private static final Map<String, Type> TYPES = types();

    private static final FieldNames NAMES = names();

    /** What a parameter must be. A null is passed on: servers take it as their default. */
    private enum Type {
        ANY {
            @Override
            void check(JsonCursor value) throws IOException, InvalidRecordException {
                value.skip();
            }
        },
        NUMBER {
            @Override
            void check(JsonCursor value) throws IOException, InvalidRecordException {
                value.number();
            }
        },
        INTEGER {
            @Override
            void check(JsonCursor value) throws IOException, InvalidRecordException {
                value.integer(Long.MIN_VALUE, Long.MAX_VALUE);
            }
        },
        /** A number of tokens to generate. */
        TOKENS {
            @Override
            void check(JsonCursor value) throws IOException, InvalidRecordException {
                value.integer(1, Integer.MAX_VALUE);
            }
        },
        FLAG {
            @Override
            void check(JsonCursor value) throws IOException, InvalidRecordException {
                value.flag();
            }
        },
        TEXT {
            @Override
            void check(JsonCursor value) throws IOException, InvalidRecordException {
                value.text();
            }
        },
        TEXT_OR_ARRAY {
            @Override
            void check(JsonCursor value) throws IOException, InvalidRecordException {
                require(value.isText() || value.isArray(), "a string or an array", value);
                value.skip();
            }
        },
        TEXT_OR_OBJECT {
            @Override
            void check(JsonCursor value) throws IOException, InvalidRecordException {
                require(value.isText() || value.isObject(), "a string or an object", value);
                value.skip();
            }
        },
        ARRAY {
            @Override
            void check(JsonCursor value) throws IOException, InvalidRecordException {
                require(value.isArray(), "an array", value);
                value.skip();
            }
        },
        OBJECT {
            @Override
            void check(JsonCursor value) throws IOException, InvalidRecordException {
                require(value.isObject(), "an object", value);
                value.skip();
            }
        };

        /** Reads the value to its end. */
        abstract void check(JsonCursor value) throws IOException, InvalidRecordException;

        private static void require(boolean valid, String what, JsonCursor value)
                throws IOException, InvalidRecordException {
            if (!valid) {
                throw value.invalid("must be " + what + ", was " + value.value());
            }
        }
    }

    private ChatParams() {}

    /** Checks the name and the type of a parameter, and reads it to its end. */
    static void check(String name, JsonCursor value) throws IOException, InvalidRecordException {
        Type type = TYPES.get(name);
        if (type == null) {
            throw value.invalid(refusal(name));
        }
        if (!value.isNull()) {
            type.check(value);
        }
    }

    /** The names of the parameters that pass. */
    static Set<String> passed() {
        return TYPES.keySet();
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
                : "is unknown; did you mean " + meant + "?";
    }

    private static FieldNames names() {
        Set<String> names = new LinkedHashSet<>(TYPES.keySet());
        names.addAll(REFUSED.keySet());
        return FieldNames.of(names);
    }

    private static Map<String, Type> types() {
        Map<String, Type> types = new LinkedHashMap<>();
        addOpenAi(types);
        addModelServers(types);
        addLlamaCpp(types);
        return types;
    }

    private static void addOpenAi(Map<String, Type> types) {
        add(types, Type.TOKENS, "max_tokens", "max_completion_tokens");
        add(types, Type.NUMBER, "temperature", "top_p", "frequency_penalty", "presence_penalty");
        add(types, Type.INTEGER, "seed", "top_logprobs");
        add(types, Type.FLAG, "logprobs", "parallel_tool_calls", "store");
        add(types, Type.TEXT_OR_ARRAY, "stop");
        add(types, Type.ARRAY, "tools", "functions");
        add(types, Type.TEXT_OR_OBJECT, "tool_choice", "function_call");
        add(types, Type.OBJECT, "response_format", "logit_bias", "metadata", "prediction");
        add(types, Type.OBJECT, "web_search_options");
        add(types, Type.TEXT, "user", "safety_identifier", "prompt_cache_key", "service_tier");
        add(types, Type.TEXT, "prompt_cache_retention", "verbosity");
        // A number with SGLang.
        add(types, Type.ANY, "reasoning_effort");
    }

    /** What vLLM and SGLang accept in addition, and in part llama.cpp and Ollama. */
    private static void addModelServers(Map<String, Type> types) {
        add(types, Type.NUMBER, "min_p", "repetition_penalty", "length_penalty");
        add(types, Type.INTEGER, "top_k", "min_tokens", "thinking_token_budget");
        add(types, Type.INTEGER, "truncate_prompt_tokens");
        add(types, Type.TEXT, "truncation_side");
        add(types, Type.ARRAY, "stop_token_ids", "allowed_token_ids", "bad_words", "documents");
        add(types, Type.FLAG, "include_stop_str_in_output", "ignore_eos", "skip_special_tokens");
        add(types, Type.FLAG, "spaces_between_special_tokens", "add_special_tokens");
        add(types, Type.FLAG, "add_generation_prompt", "continue_final_message", "echo");
        add(types, Type.FLAG, "include_reasoning", "separate_reasoning", "no_stop_trim");
        add(types, Type.OBJECT, "chat_template_kwargs", "structured_outputs", "reasoning");
        add(types, Type.TEXT_OR_OBJECT, "guided_json");
        add(types, Type.ARRAY, "guided_choice");
        add(types, Type.TEXT, "guided_regex", "guided_grammar", "guided_whitespace_pattern");
        add(types, Type.TEXT, "guided_decoding_backend", "regex", "ebnf", "cache_salt");
        add(types, Type.TEXT_OR_ARRAY, "stop_regex");
    }

    private static void addLlamaCpp(Map<String, Type> types) {
        add(types, Type.NUMBER, "typical_p", "top_n_sigma", "repeat_penalty");
        add(types, Type.NUMBER, "dynatemp_range", "dynatemp_exponent");
        add(types, Type.NUMBER, "mirostat_tau", "mirostat_eta");
        add(types, Type.NUMBER, "xtc_probability", "xtc_threshold");
        add(types, Type.NUMBER, "dry_multiplier", "dry_base");
        add(types, Type.INTEGER, "repeat_last_n", "mirostat", "min_keep");
        add(types, Type.INTEGER, "dry_allowed_length", "dry_penalty_last_n");
        add(types, Type.ARRAY, "dry_sequence_breakers");
        add(types, Type.TEXT_OR_ARRAY, "samplers");
        add(types, Type.TEXT, "grammar", "reasoning_format");
        add(types, Type.OBJECT, "json_schema");
        add(types, Type.FLAG, "cache_prompt", "parse_tool_calls", "thinking_forced_open");
    }

    private static void add(Map<String, Type> types, Type type, String... names) {
        for (String name : names) {
            types.put(name, type);
        }
    }
}
