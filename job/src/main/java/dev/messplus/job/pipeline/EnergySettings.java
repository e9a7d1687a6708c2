package dev.messplus.job.pipeline;

import dev.messplus.energy.Attribution;
import dev.messplus.energy.EnergyConfig;
import dev.messplus.energy.EnergyConfig.Metered;
import dev.messplus.energy.EnergyConfig.Metering;
import dev.messplus.energy.EnergyConfigMeteringBuilder;
import dev.messplus.energy.IdlePolicy;
import dev.messplus.http.Access;
import dev.messplus.http.Origin;
import dev.messplus.http.TrustStore;
import dev.messplus.job.config.EnergySection;
import dev.messplus.job.config.EnergySection.Source;
import dev.messplus.job.config.ModelSection;
import dev.messplus.job.config.TrustStoreSection;

/** Derives from the configuration of a model where its joules come from. */
final class EnergySettings {

    private EnergySettings() {}

    static EnergyConfig energy(ModelSection model) {
        EnergySection energy = model.energy();
        if (!energy.sources().isEmpty()) {
            return new EnergyConfig.Sum(
                    energy.sources().stream().map(part -> metered(part, model)).toList());
        }
        return switch (energy.source()) {
            case NVML, DCGM, RAPL -> metered(energy, model);
            case RESPONSE ->
                    new EnergyConfig.Response(
                            energy.pointer(),
                            energy.sourcePointer(),
                            energy.joulesPerUnit(),
                            energy.estimated());
            case TOKENS ->
                    new EnergyConfig.Tokens(
                            energy.joulesPerPromptToken(), energy.joulesPerCompletionToken());
            case CONSTANT -> new EnergyConfig.Constant(energy.joulesPerRequest());
        };
    }

    static TrustStore trustStore(TrustStoreSection trusted) {
        return trusted == null ? null : new TrustStore(trusted.path(), trusted.password());
    }

    private static Metered metered(EnergySection energy, ModelSection model) {
        Metering metering = metering(energy, model);
        return switch (energy.source()) {
            case NVML -> new EnergyConfig.Nvml(energy.library(), energy.gpus(), metering);
            case DCGM ->
                    new EnergyConfig.Dcgm(energy.url(), access(energy), energy.gpus(), metering);
            case RAPL -> new EnergyConfig.Rapl(energy.root(), energy.packages(), metering);
            case RESPONSE, TOKENS, CONSTANT ->
                    throw new IllegalArgumentException(energy.source() + " reads no device");
        };
    }

    private static Metering metering(EnergySection energy, ModelSection model) {
        return EnergyConfigMeteringBuilder.builder(Metering.inFlight(energy.samplePeriodMillis()))
                .attribution(Attribution.valueOf(energy.attribution().name()))
                .promptTokenWeight(energy.promptTokenWeight())
                .modelWeight(energy.modelWeight())
                .tokenCounters(energy.tokenCounters())
                .tokenCountersAccess(tokenCountersAccess(energy, model))
                .idle(IdlePolicy.valueOf(energy.idle().name()))
                .settleMillis(energy.settleMillis())
                .build();
    }

    /** A key goes to no other server than the one that it is for. */
    private static Access tokenCountersAccess(EnergySection energy, ModelSection model) {
        String counters = energy.tokenCounters();
        if (counters == null) {
            return Access.NONE;
        }
        if (Origin.same(model.url(), counters)) {
            return Access.bearer(model.apiKey(), trustStore(model.trustStore()));
        }
        boolean ofAnExporter =
                energy.source() == Source.DCGM && !Origin.same(energy.url(), counters);
        return ofAnExporter ? Access.NONE : access(energy);
    }

    private static Access access(EnergySection energy) {
        return new Access(energy.user(), energy.apiKey(), trustStore(energy.trustStore()));
    }
}
