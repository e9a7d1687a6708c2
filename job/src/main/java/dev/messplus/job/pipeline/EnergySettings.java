package dev.messplus.job.pipeline;

import dev.messplus.energy.EnergyConfig;
import dev.messplus.energy.EnergyConfig.Metered;
import dev.messplus.energy.EnergyConfigMeteringBuilder;
import dev.messplus.energy.EnergySource.OfAnswers;
import dev.messplus.energy.EnergySource.OfDevices;
import dev.messplus.http.Access;
import dev.messplus.http.Origin;
import dev.messplus.job.config.DeviceSection;
import dev.messplus.job.config.ModelSection;
import dev.messplus.job.config.SourceSection;
import java.util.List;

/** Derives from the configuration of a model where its joules come from. */
final class EnergySettings {

    private EnergySettings() {}

    static EnergyConfig energy(ModelSection model) {
        List<SourceSection> sources = model.energy().sources();
        if (sources.get(0).source() instanceof OfAnswers answers) {
            return answers;
        }
        return new EnergyConfig.Devices(
                sources.stream().map(source -> metered(source, model)).toList());
    }

    private static Metered metered(SourceSection section, ModelSection model) {
        OfDevices source = (OfDevices) section.source();
        DeviceSection device = section.device();
        long samplePeriodMillis =
                device.samplePeriodMillis() == null
                        ? source.samplePeriodMillis()
                        : device.samplePeriodMillis();
        return new Metered(
                source,
                EnergyConfigMeteringBuilder.builder()
                        .samplePeriodMillis(samplePeriodMillis)
                        .access(source.url() == null ? Access.NONE : access(device))
                        .attribution(device.attribution())
                        .promptTokenWeight(device.promptTokenWeight())
                        .modelWeight(device.modelWeight())
                        .tokenCounters(device.tokenCounters())
                        .tokenCountersAccess(tokenCountersAccess(source, device, model))
                        .idle(device.idle())
                        .settleMillis(device.settleMillis())
                        .build());
    }

    /** A key goes to no other server than the one that it is for. */
    private static Access tokenCountersAccess(
            OfDevices source, DeviceSection device, ModelSection model) {
        String counters = device.tokenCounters();
        if (counters == null) {
            return Access.NONE;
        }
        if (Origin.same(model.url(), counters)) {
            return Access.bearer(model.apiKey(), model.trustStore());
        }
        boolean isOfPage = source.url() == null || Origin.same(source.url(), counters);
        return isOfPage ? access(device) : Access.NONE;
    }

    private static Access access(DeviceSection device) {
        return new Access(device.user(), device.apiKey(), device.trustStore());
    }
}
