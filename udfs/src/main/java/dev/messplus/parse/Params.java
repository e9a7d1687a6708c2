package dev.messplus.parse;

import dev.messplus.record.OwnerParams;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/**
 * The parameters that a request passes to the model server.
 *
 * @param json a JSON object, as it was sent; {@code null} for none
 * @param maxTokens maximum completion tokens; 0 if the parameters set none
 */
record Params(String json, int maxTokens) {

    static final Params NONE = new Params(null, 0);

    /**
     * Maximum completion tokens under an SLA; 0 if neither the parameters nor the SLA set one, so
     * that it is the model's.
     */
    int maxTokensUnder(OwnerParams sla) {
        int tokens = maxTokens > 0 ? maxTokens : sla.defaultMaxTokens();
        int ceiling = sla.maxTokensCeiling();
        return ceiling > 0 ? Math.min(tokens, ceiling) : tokens;
    }

    /** In characters of JSON. Parameters are sent with every call; tools and a schema fit in. */
    private static final int MAX_CHARS = 256 << 10;

    /**
     * Checks each parameter against {@link ChatParams}, and all of them against {@link ParamRules}.
     */
    static Params of(JsonCursor params) throws IOException, InvalidRecordException {
        params.require(params.isObject(), "an object");
        int start = params.start();
        Set<String> names = new HashSet<>();
        long maxTokens = 0;
        long maxCompletionTokens = 0;
        for (String name = params.nextField(); name != null; name = params.nextField()) {
            names.add(name);
            ChatParams.check(name, params);
            if (params.isNumber()) {
                switch (name) {
                    case "max_tokens" -> maxTokens = params.integer(1, Integer.MAX_VALUE);
                    case "max_completion_tokens" ->
                            maxCompletionTokens = params.integer(1, Integer.MAX_VALUE);
                    default -> {}
                }
            }
        }
        String json = params.since(start);
        Fields.requireAtMost(MAX_CHARS, "characters of JSON", "params", json.length());
        ParamRules.check(names, json);
        return new Params(json, (int) (maxCompletionTokens > 0 ? maxCompletionTokens : maxTokens));
    }
}
