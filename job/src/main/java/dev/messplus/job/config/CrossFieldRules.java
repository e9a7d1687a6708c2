package dev.messplus.job.config;

import dev.messplus.embed.Embedders;
import dev.messplus.infer.config.BreakerConfig;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Rules that a schema cannot express, because they are about several fields. */
final class CrossFieldRules {

    private static final Set<String> BUILT_IN_MODELS =
            Set.of(Embedders.STATIC, Embedders.MINI_LM, Embedders.HASHING);

    private CrossFieldRules() {}

    static void check(MessConfig config, List<String> errors) {
        checkTimeouts(config, errors);
        KafkaRules.check(config, errors);
        EndRules.check(config, errors);
        checkBreaker(config.inference().breaker(), errors);
        checkEmbedding(config.embedding().model(), errors);
        checkModels("zoo.", config.zoo(), errors);
        checkModels("judges.", config.judges(), errors);
        ScorerRules.check(config, errors);
        config.slas()
                .forEach(
                        (name, sla) ->
                                sla.errors()
                                        .forEach(
                                                error -> errors.add("slas." + name + "." + error)));
    }

    private static void checkModels(
            String section, Map<String, ModelSection> models, List<String> errors) {
        models.forEach(
                (id, model) ->
                        model.errors().forEach(error -> errors.add(section + id + "." + error)));
    }

    private static void checkTimeouts(MessConfig config, List<String> errors) {
        long requestTimeoutMillis = config.inference().requestTimeoutMillis();
        if (config.feedbackTimeoutMillis() <= requestTimeoutMillis) {
            errors.add(
                    "feedbackTimeoutMillis: must be above inference.requestTimeoutMillis (%d), was %d"
                            .formatted(requestTimeoutMillis, config.feedbackTimeoutMillis()));
        }
    }

    private static void checkBreaker(BreakerConfig breaker, List<String> errors) {
        if (breaker.minCalls() > breaker.windowCalls()) {
            errors.add(
                    "inference.breaker.minCalls: must be at most windowCalls (%d), was %d"
                            .formatted(breaker.windowCalls(), breaker.minCalls()));
        }
        if (breaker.firstOpenMillis() > breaker.maxOpenMillis()) {
            errors.add(
                    "inference.breaker.firstOpenMillis: must be at most maxOpenMillis (%d), was %d"
                            .formatted(breaker.maxOpenMillis(), breaker.firstOpenMillis()));
        }
    }

    private static void checkEmbedding(String model, List<String> errors) {
        boolean folder = model.contains("/");
        if (!BUILT_IN_MODELS.contains(model) && !folder && !Variables.isUnresolved(model)) {
            errors.add(
                    "embedding.model: must be %s, %s, %s or the path of a folder, was %s; write ./%s for a folder"
                            .formatted(
                                    Embedders.STATIC,
                                    Embedders.MINI_LM,
                                    Embedders.HASHING,
                                    model,
                                    model));
        }
    }
}
