package dev.messplus.job.pipeline;

import static java.util.Objects.requireNonNullElse;

import dev.messplus.embed.PromptFeatures;
import dev.messplus.energy.EnergySource;
import dev.messplus.infer.config.BacklogPolicy;
import dev.messplus.infer.config.CallLimits;
import dev.messplus.infer.config.InferenceConfig;
import dev.messplus.infer.config.InferenceConfigBuilder;
import dev.messplus.infer.config.ModelEndpoint;
import dev.messplus.infer.config.ModelEndpointBuilder;
import dev.messplus.infer.config.ModelUrl;
import dev.messplus.job.config.EnergySection;
import dev.messplus.job.config.InferenceSection;
import dev.messplus.job.config.MessConfig;
import dev.messplus.job.config.ModelSection;
import dev.messplus.job.config.ServerLifetime;
import dev.messplus.job.config.SlaSection;
import dev.messplus.job.config.TracingSection;
import dev.messplus.parse.Catalog;
import dev.messplus.record.OwnerParams;
import dev.messplus.route.config.RoutingConfig;
import dev.messplus.route.config.RoutingConfig.JobSettings;
import dev.messplus.route.config.RoutingConfig.SlaRouting;
import dev.messplus.route.config.RoutingConfig.ZooModel;
import dev.messplus.route.config.RoutingConfigZooModelBuilder;
import dev.messplus.score.ScoringConfig;
import dev.messplus.score.SlaScoring;
import dev.messplus.score.metric.Metric;
import dev.messplus.trace.OtlpEndpoint;
import dev.messplus.trace.TracingConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Derives from the configuration what each operator needs of it. */
final class Settings {

    private Settings() {}

    static Catalog catalog(MessConfig config) {
        return new Catalog(
                slaParams(config),
                Set.copyOf(config.zoo().keySet()),
                new TreeSet<>(Metric.wireNames()),
                config.limits().maxPromptChars(),
                config.limits().maxRecordBytes(),
                config.limits().allowContentParts());
    }

    private static Map<String, OwnerParams> slaParams(MessConfig config) {
        Map<String, OwnerParams> params = new HashMap<>();
        config.slas().forEach((name, sla) -> params.put(name, sla.ownerParams()));
        return params;
    }

    /** The routing, as the environment runs it. */
    static RoutingConfig routing(MessConfig config, StreamExecutionEnvironment env) {
        return routing(config)
                .in(
                        new JobSettings(
                                env.getCheckpointConfig().getCheckpointInterval(),
                                config.metrics().perSla(),
                                config.receipts(),
                                tracing(config),
                                Operator.REQUESTS.uid()));
    }

    static RoutingConfig routing(MessConfig config) {
        List<ZooModel> zoo = new ArrayList<>();
        config.zoo().forEach((id, model) -> zoo.add(candidate(id, model)));
        Map<String, SlaRouting> slas = new LinkedHashMap<>();
        config.slas().forEach((name, sla) -> slas.put(name, routing(sla)));
        return new RoutingConfig(
                zoo,
                slas,
                PromptFeatures.name(config.embedding().model()),
                config.feedbackTimeoutMillis());
    }

    private static SlaRouting routing(SlaSection sla) {
        return new SlaRouting(sla.sla(), sla.rule(), sla.repeatWindowMillis(), sla.recorded());
    }

    static List<ModelEndpoint> endpoints(MessConfig config) {
        List<ModelEndpoint> endpoints = new ArrayList<>();
        config.zoo().forEach((id, model) -> endpoints.add(endpoint(id, model, config).build()));
        config.judges()
                .forEach(
                        (id, model) ->
                                endpoints.add(endpoint(id, model, config).judgeOnly(true).build()));
        return endpoints;
    }

    private static ModelEndpointBuilder endpoint(String id, ModelSection model, MessConfig config) {
        return ModelEndpointBuilder.builder()
                .id(id)
                .url(ModelUrl.of(model.url()))
                .replicaUrls(model.replicas().stream().map(ModelUrl::of).toList())
                .model(model.model())
                .params(model.ownerParams())
                .limits(limits(model, config))
                .apiKey(model.apiKey())
                .apiKeyHeader(model.apiKeyHeader())
                .trustStore(model.trustStore())
                .energy(EnergySettings.energy(model));
    }

    /** How models are called, in a bounded run or in one that never ends. */
    static InferenceConfig inference(MessConfig config, boolean bounded) {
        InferenceSection inference = config.inference();
        Map<String, BacklogPolicy> backlogs = new LinkedHashMap<>();
        config.slas().forEach((name, sla) -> backlogs.put(name, sla.backlog()));
        return InferenceConfigBuilder.builder()
                .maxInFlight(inference.maxInFlight())
                .maxInFlightBytes(requireNonNullElse(inference.maxInFlightBytes(), 0L))
                .requestTimeoutMillis(inference.requestTimeoutMillis())
                .connectTimeoutMillis(
                        Math.min(
                                InferenceConfig.DEFAULT_CONNECT_TIMEOUT_MILLIS,
                                inference.requestTimeoutMillis()))
                .maxAttempts(inference.maxAttempts())
                .maxResponseBytes(inference.maxResponseBytes())
                .keepAliveMillis(inference.keepAliveMillis())
                .maxConnectionAgeMillis(inference.maxConnectionAgeMillis())
                .breaker(inference.breaker())
                .backlogs(backlogs)
                .params(slaParams(config))
                .tracing(tracing(config))
                .bounded(bounded)
                .creditedSource(Operator.REQUESTS.uid())
                .build();
    }

    /** Where spans go; {@code null} for nowhere. */
    static TracingConfig tracing(MessConfig config) {
        TracingSection tracing = config.tracing();
        return tracing == null
                ? null
                : new TracingConfig(
                        new OtlpEndpoint(tracing.otlpEndpoint(), tracing.headers()),
                        tracing.sampledShare(),
                        tracing.serviceName());
    }

    /** What scores the answers of which SLA. */
    static ScoringConfig scoring(MessConfig config) {
        Map<String, SlaScoring> slas = new LinkedHashMap<>();
        config.slas()
                .forEach(
                        (name, sla) -> {
                            if (sla.scoring() != null) {
                                slas.put(name, sla.scoring().scoring());
                            }
                        });
        return new ScoringConfig(config.scorersByName(), slas);
    }

    private static CallLimits limits(ModelSection model, MessConfig config) {
        int maxInFlight = config.inference().maxInFlightOfModel(config.zoo().size());
        return new CallLimits(
                requireNonNullElse(model.maxInFlight(), maxInFlight),
                model.maxInFlight() == null,
                requireNonNullElse(model.callsPerSecond(), 0),
                requireNonNullElse(model.hedgeAfterMillis(), 0L));
    }

    private static ZooModel candidate(String id, ModelSection model) {
        EnergySection energy = model.energy();
        // A source with configured prices is expected to cost what it will charge.
        EnergySource source = energy.sources().get(0).source();
        return RoutingConfigZooModelBuilder.builder()
                .id(id)
                .expectedScore(requireNonNullElse(model.expectedScore(), Double.NaN))
                .priorJoules(requireNonNullElse(energy.priorJoules(), source.joulesPerRequest()))
                .priorJoulesPerToken(
                        requireNonNullElse(
                                energy.priorJoulesPerToken(), source.joulesPerPromptToken()))
                .priorJoulesPerCompletionToken(
                        energy.priorJoules() == null && energy.priorJoulesPerToken() == null
                                ? source.joulesPerCompletionToken()
                                : Double.NaN)
                .params(model.ownerParams())
                .servers(1 + model.replicas().size())
                .elastic(model.servers() == ServerLifetime.ELASTIC)
                .build();
    }
}
