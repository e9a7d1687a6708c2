package dev.messplus.job.pipeline;

import dev.messplus.core.Policy;
import dev.messplus.embedding.PromptFeatures;
import dev.messplus.energy.Attribution;
import dev.messplus.energy.EnergyConfig;
import dev.messplus.energy.EnergyConfig.Metering;
import dev.messplus.http.TrustStore;
import dev.messplus.inference.BreakerConfig;
import dev.messplus.inference.CallLimits;
import dev.messplus.inference.InferenceConfig;
import dev.messplus.inference.InferenceConfigBuilder;
import dev.messplus.inference.ModelEndpoint;
import dev.messplus.inference.ModelEndpointBuilder;
import dev.messplus.inference.Scorer;
import dev.messplus.job.config.MessConfig;
import dev.messplus.parsing.Catalog;
import dev.messplus.routing.RoutingConfig;
import dev.messplus.routing.RoutingConfig.ZooModel;
import dev.messplus.scoring.Metric;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** From the configuration to what each operator needs of it. */
final class Settings {

    /** How often devices of this host are read, and pages of others. */
    private static final long SAMPLE_PERIOD_MILLIS = 50;

    private static final long PAGE_PERIOD_MILLIS = 1_000;

    private Settings() {}

    static Catalog catalog(MessConfig config) {
        return new Catalog(
                Set.copyOf(config.slas().keySet()),
                Set.copyOf(config.zoo().keySet()),
                new TreeSet<>(Metric.wireNames()),
                config.limits().maxPromptChars(),
                config.limits().maxRecordBytes());
    }

    static RoutingConfig routing(MessConfig config) {
        List<ZooModel> zoo = new ArrayList<>();
        config.zoo().forEach((id, model) -> zoo.add(candidate(id, model.energy())));
        Map<String, Policy> slas = new LinkedHashMap<>();
        Map<String, Long> repeatWindows = new LinkedHashMap<>();
        config.slas()
                .forEach(
                        (name, sla) -> {
                            slas.put(name, sla.policy());
                            repeatWindows.put(name, sla.repeatWindowMillis());
                        });
        return new RoutingConfig(
                zoo,
                slas,
                repeatWindows,
                config.embedding().model() + "/" + PromptFeatures.VERSION,
                config.feedbackTimeoutMillis());
    }

    static List<ModelEndpoint> endpoints(MessConfig config) {
        List<ModelEndpoint> endpoints = new ArrayList<>();
        config.zoo()
                .forEach(
                        (id, model) ->
                                endpoints.add(
                                        ModelEndpointBuilder.builder()
                                                .id(id)
                                                .url(model.url())
                                                .model(model.model())
                                                .limits(limits(model))
                                                .apiKey(model.apiKey())
                                                .trustStore(trust(model.trustStore()))
                                                .energy(energy(model.energy()))
                                                .build()));
        return endpoints;
    }

    static InferenceConfig inference(MessConfig config) {
        InferenceConfig defaults = InferenceConfig.defaults();
        MessConfig.Inference inference = config.inference();
        MessConfig.Breaker breaker = inference.breaker();
        return InferenceConfigBuilder.builder(defaults)
                .requestTimeoutMillis(inference.requestTimeoutMillis())
                .connectTimeoutMillis(
                        Math.min(defaults.connectTimeoutMillis(), inference.requestTimeoutMillis()))
                .maxAttempts(inference.maxAttempts())
                .maxResponseBytes(inference.maxResponseBytes())
                .breaker(
                        new BreakerConfig(
                                breaker.failurePercent(),
                                breaker.windowCalls(),
                                breaker.minCalls(),
                                breaker.openMillis(),
                                breaker.trialCalls()))
                .build();
    }

    static Scorer scorer() {
        return (request, output) ->
                request.references().isEmpty()
                        ? Double.NaN
                        : Metric.fromName(request.metric()).score(output, request.references());
    }

    private static CallLimits limits(MessConfig.Model model) {
        return new CallLimits(
                model.maxInFlight(),
                or(model.callsPerSecond(), 0),
                or(model.hedgeAfterMillis(), 0L));
    }

    private static TrustStore trust(MessConfig.Trust trust) {
        return trust == null ? null : new TrustStore(trust.path(), trust.password());
    }

    private static EnergyConfig energy(MessConfig.Energy energy) {
        return switch (energy.source()) {
            case NVML ->
                    new EnergyConfig.Nvml(
                            or(energy.library(), EnergyConfig.Nvml.DEFAULT_LIBRARY),
                            energy.gpus(),
                            metering(energy, SAMPLE_PERIOD_MILLIS));
            case DCGM ->
                    new EnergyConfig.Dcgm(
                            energy.url(), energy.gpus(), metering(energy, PAGE_PERIOD_MILLIS));
            case RAPL ->
                    new EnergyConfig.Rapl(
                            or(energy.root(), EnergyConfig.Rapl.DEFAULT_ROOT),
                            energy.packages(),
                            metering(energy, SAMPLE_PERIOD_MILLIS));
            case RESPONSE ->
                    new EnergyConfig.Response(
                            energy.pointer(),
                            energy.sourcePointer(),
                            or(energy.joulesPerUnit(), 1.0),
                            energy.estimated());
            case TOKENS ->
                    new EnergyConfig.Tokens(
                            energy.joulesPerPromptToken(), energy.joulesPerCompletionToken());
            case CONSTANT -> new EnergyConfig.Constant(energy.joulesPerRequest());
        };
    }

    private static Metering metering(MessConfig.Energy energy, long periodMillis) {
        return new Metering(
                or(energy.samplePeriodMillis(), periodMillis),
                Attribution.valueOf(energy.attribution().name()),
                or(energy.promptTokenWeight(), Metering.DEFAULT_PROMPT_TOKEN_WEIGHT),
                energy.tokenCounters());
    }

    private static ZooModel candidate(String id, MessConfig.Energy energy) {
        // What answers are charged by the configuration, they are also expected to cost.
        return new ZooModel(
                id,
                orNaN(or(energy.priorJoules(), energy.joulesPerRequest())),
                orNaN(or(energy.priorJoulesPerToken(), energy.joulesPerPromptToken())));
    }

    private static <T> T or(T value, T otherwise) {
        return value == null ? otherwise : value;
    }

    private static double orNaN(Double value) {
        return value == null ? Double.NaN : value;
    }
}
