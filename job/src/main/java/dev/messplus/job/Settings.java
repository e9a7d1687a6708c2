package dev.messplus.job;

import dev.messplus.core.Policy;
import dev.messplus.energy.EnergyConfig;
import dev.messplus.energy.EnergySource;
import dev.messplus.inference.InferenceConfig;
import dev.messplus.inference.ModelEndpoint;
import dev.messplus.inference.Scorer;
import dev.messplus.job.config.MessConfig;
import dev.messplus.parsing.Catalog;
import dev.messplus.routing.RoutingConfig;
import dev.messplus.routing.RoutingConfig.ZooModel;
import dev.messplus.scoring.Metric;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** From the configuration to what each operator needs of it. */
final class Settings {

    private Settings() {}

    static Catalog catalog(MessConfig config) {
        return new Catalog(
                Set.copyOf(config.slas().keySet()),
                Set.copyOf(config.zoo().keySet()),
                new TreeSet<>(Metric.wireNames()),
                config.limits().maxPromptChars());
    }

    static RoutingConfig routing(MessConfig config) {
        List<ZooModel> zoo = new ArrayList<>();
        config.zoo()
                .forEach(
                        (id, model) ->
                                zoo.add(
                                        new ZooModel(
                                                id,
                                                orNaN(model.energy().priorJoules()),
                                                Double.NaN)));
        Map<String, Policy> slas = new LinkedHashMap<>();
        config.slas().forEach((name, sla) -> slas.put(name, sla.policy()));
        return new RoutingConfig(zoo, slas, config.feedbackTimeoutMillis());
    }

    static List<ModelEndpoint> endpoints(MessConfig config) {
        List<ModelEndpoint> endpoints = new ArrayList<>();
        config.zoo()
                .forEach(
                        (id, model) ->
                                endpoints.add(
                                        new ModelEndpoint(
                                                id,
                                                model.url(),
                                                model.model(),
                                                model.maxInFlight(),
                                                model.apiKey(),
                                                energy(model.energy()))));
        return endpoints;
    }

    static InferenceConfig inference(MessConfig config) {
        InferenceConfig defaults = InferenceConfig.defaults();
        MessConfig.Inference inference = config.inference();
        return new InferenceConfig(
                inference.requestTimeoutMillis(),
                Math.min(defaults.connectTimeoutMillis(), inference.requestTimeoutMillis()),
                inference.maxAttempts(),
                defaults.backoffInitialMillis(),
                defaults.backoffMaxMillis(),
                inference.maxResponseBytes());
    }

    static Scorer scorer() {
        return (request, output) ->
                request.references().isEmpty()
                        ? Double.NaN
                        : Metric.fromName(request.metric()).score(output, request.references());
    }

    private static EnergyConfig energy(MessConfig.Energy energy) {
        return new EnergyConfig(
                EnergySource.valueOf(energy.source().toUpperCase(Locale.ROOT)),
                orZero(energy.wattsPerCore()),
                orZero(energy.joulesPerPromptToken()),
                orZero(energy.joulesPerCompletionToken()),
                orZero(energy.joulesPerRequest()),
                orNaN(energy.priorJoules()));
    }

    private static double orZero(Double value) {
        return value == null ? 0 : value;
    }

    private static double orNaN(Double value) {
        return value == null ? Double.NaN : value;
    }
}
