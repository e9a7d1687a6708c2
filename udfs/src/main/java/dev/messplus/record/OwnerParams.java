package dev.messplus.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the owner of a model or of an SLA sets of the parameters that requests send to model
 * servers: defaults, and ceilings.
 *
 * @param defaults a JSON object: what a request has that does not set it; {@code null} for nothing
 * @param ceilings by the name of a parameter, a number that a request cannot exceed: a larger value
 *     is lowered, and so is one below 0, which stands for no limit
 */
public record OwnerParams(String defaults, Map<String, Double> ceilings) implements Serializable {

    /** The two names of the maximum of completion tokens. A request has one of them at most. */
    private static final List<String> MAX_TOKENS = List.of("max_completion_tokens", "max_tokens");

    private static final String MIN_TOKENS = "min_tokens";
    private static final String TOP_K = "top_k";

    /** Of a request without one of these, the length of the answer would be unlimited. */
    private static final Set<String> LENGTHS =
            Set.of("max_completion_tokens", "max_tokens", "thinking_token_budget");

    /** The parameters that may have a ceiling: more of them costs more, or is less certain. */
    public static final Set<String> WITH_CEILING =
            Set.of(
                    "max_completion_tokens",
                    "max_tokens",
                    MIN_TOKENS,
                    "temperature",
                    "thinking_token_budget",
                    TOP_K,
                    "top_logprobs",
                    "top_p");

    /** Nothing is set: requests are passed on as they were sent. */
    public static final OwnerParams NONE = new OwnerParams(null, Map.of());

    public OwnerParams {
        if (!WITH_CEILING.containsAll(ceilings.keySet())) {
            throw new IllegalArgumentException(
                    "ceilings: must be of %s, were of %s"
                            .formatted(WITH_CEILING, ceilings.keySet()));
        }
        ceilings = new TreeMap<>(ceilings);
        tree(defaults);
    }

    /** Whether nothing is set. */
    public boolean isEmpty() {
        return defaults == null && ceilings.isEmpty();
    }

    /**
     * The parameters of a request to a model, under an SLA. What was sent comes before the defaults
     * of the SLA, and these before those of the model. Nothing is above a ceiling of either.
     *
     * @param sent what the request was sent with, a JSON object; {@code null} for none
     * @return a new object, which is empty for no parameters
     * @throws IllegalArgumentException if {@code sent} is not a JSON object
     */
    public static ObjectNode merged(OwnerParams model, OwnerParams sla, String sent) {
        ObjectNode params = tree(model.defaults);
        if (sla.defaults != null) {
            override(params, tree(sla.defaults));
        }
        override(params, tree(sent));
        model.lower(params);
        sla.lower(params);
        JsonNode max = params.path(MAX_TOKENS.get(params.hasNonNull(MAX_TOKENS.get(0)) ? 0 : 1));
        if (max.isNumber() && params.path(MIN_TOKENS).doubleValue() > max.doubleValue()) {
            // Servers refuse a minimum above the maximum.
            params.set(MIN_TOKENS, max);
        }
        return params;
    }

    private static void override(ObjectNode params, ObjectNode by) {
        if (MAX_TOKENS.stream().anyMatch(by::hasNonNull)) {
            params.remove(MAX_TOKENS);
        }
        for (Map.Entry<String, JsonNode> param : by.properties()) {
            if (!param.getValue().isNull() || !params.has(param.getKey())) {
                params.set(param.getKey(), param.getValue());
            }
        }
    }

    private void lower(ObjectNode params) {
        ceilings.forEach((name, ceiling) -> lower(params, name, ceiling));
    }

    private static void lower(ObjectNode params, String name, double ceiling) {
        List<String> names = MAX_TOKENS.contains(name) ? MAX_TOKENS : List.of(name);
        boolean isSet = false;
        for (String alias : names) {
            JsonNode value = params.path(alias);
            isSet |= params.hasNonNull(alias);
            if (value.isNumber() && isAbove(value.doubleValue(), ceiling, alias)) {
                put(params, alias, ceiling);
            }
        }
        if (!isSet && LENGTHS.contains(name)) {
            put(params, name, ceiling);
        }
    }

    /** Below 0 stands for no limit; so does 0 of {@code top_k}. */
    private static boolean isAbove(double value, double ceiling, String name) {
        return value > ceiling || value < 0 || value == 0 && name.equals(TOP_K);
    }

    private static void put(ObjectNode params, String name, double value) {
        if (value == Math.rint(value)) {
            params.put(name, Math.round(value));
        } else {
            params.put(name, value);
        }
    }

    /** Maximum completion tokens of a request that sets none; 0 if there is no maximum. */
    public int defaultMaxTokens() {
        if (defaults == null) {
            return 0;
        }
        ObjectNode params = tree(defaults);
        return MAX_TOKENS.stream()
                .map(name -> params.path(name).asInt())
                .filter(tokens -> tokens > 0)
                .findFirst()
                .orElse(0);
    }

    /** Maximum completion tokens that a request may set; 0 if there is no ceiling. */
    public int maxTokensCeiling() {
        if (ceilings.isEmpty()) {
            return 0;
        }
        return MAX_TOKENS.stream()
                .filter(ceilings::containsKey)
                .mapToInt(name -> ceilings.get(name).intValue())
                .min()
                .orElse(0);
    }

    private static ObjectNode tree(String params) {
        try {
            if (params == null) {
                return Json.MAPPER.createObjectNode();
            }
            if (Json.MAPPER.readTree(params) instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            // It is not JSON either.
        }
        throw new IllegalArgumentException("params must be a JSON object");
    }
}
