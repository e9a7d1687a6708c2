package dev.messplus.replay.serving;

import dev.messplus.energy.EnergyConfig;
import dev.messplus.energy.source.NvmlGpus;
import dev.messplus.infer.config.CallLimits;
import dev.messplus.infer.config.ModelEndpoint;
import dev.messplus.infer.config.ModelEndpointBuilder;
import dev.messplus.infer.config.ModelUrl;
import java.util.List;

/** The endpoints that the product would have for the simulated models. Nobody connects to them. */
final class SimulatedEndpoints {

    private SimulatedEndpoints() {}

    static List<ModelEndpoint> of(ServedWorld world, CallLimits limits) {
        return world.zoo().stream().map(model -> endpoint(world, model, limits)).toList();
    }

    private static ModelEndpoint endpoint(ServedWorld world, ServedModel model, CallLimits limits) {
        NvmlGpus gpu =
                new NvmlGpus(List.of(String.valueOf(model.device())), NvmlGpus.DEFAULT_LIBRARY);
        return ModelEndpointBuilder.builder()
                .id(model.id())
                .url(ModelUrl.of("http://simulated/" + model.id() + "/v1"))
                .model(model.id())
                .limits(limits)
                .energy(new EnergyConfig.Devices(gpu, world.metering(model.id())))
                .build();
    }
}
