package dev.messplus.job.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.messplus.parse.OwnerParamsCheck;
import dev.messplus.record.Json;
import dev.messplus.record.OwnerParams;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The settings {@code params} and {@code maxParams} of a model or an SLA. */
final class ParamsSettings {

    private ParamsSettings() {}

    /** Both settings. One that is missing is {@code null} or empty. */
    static OwnerParams of(ObjectNode params, Map<String, Double> maxParams) {
        return new OwnerParams(
                params == null || params.isEmpty() ? null : Json.text(params),
                maxParams == null ? Map.of() : maxParams);
    }

    /** What is wrong with them, each error with its setting. */
    static List<String> errors(ObjectNode params, Map<String, Double> maxParams) {
        List<String> errors = new ArrayList<>();
        if (params != null) {
            errors.addAll(OwnerParamsCheck.ofDefaults(params));
        }
        if (maxParams != null) {
            errors.addAll(OwnerParamsCheck.ofCeilings(maxParams));
        }
        return errors;
    }
}
