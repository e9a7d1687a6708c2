package dev.messplus.replay.servers;

import dev.messplus.replay.outcome.Traffic;
import dev.messplus.replay.serving.DeviceSpec;
import dev.messplus.replay.serving.MixScores;
import dev.messplus.replay.serving.RateCurve;
import dev.messplus.replay.serving.RecordedRequests;
import dev.messplus.replay.serving.ServedModel;
import dev.messplus.replay.serving.ServedWorld;
import dev.messplus.replay.serving.ServingResult.Window;
import dev.messplus.replay.serving.ServingRouter;
import dev.messplus.replay.serving.TokenLengths;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/**
 * A world of model servers, and what happens in it.
 *
 * @param zoo the models with their servers
 * @param devices that the servers run on
 * @param curve how many requests arrive
 * @param seconds length of a run, a whole number of at least 1
 * @param lengths of answers, and of prompts that were not recorded
 * @param labelDelayMillis how long after its answer a score is known, in milliseconds; 0 if answers
 *     are scored when they come
 */
@RecordBuilder
public record ServersSetup(
        List<ServedModel> zoo,
        List<DeviceSpec> devices,
        RateCurve curve,
        int seconds,
        TokenLengths lengths,
        long labelDelayMillis) {

    public ServersSetup {
        zoo = List.copyOf(zoo);
        devices = List.copyOf(devices);
    }

    /** Ids of the zoo, in its order. */
    public List<String> models() {
        return zoo.stream().map(ServedModel::id).toList();
    }

    /** Number of requests to expect. */
    double requests() {
        return seconds * curve.mean();
    }

    /**
     * The same world with the same rates in less time.
     *
     * @param factor by which the time is multiplied, above 0
     */
    ServersSetup inTimes(double factor) {
        return ServersSetupBuilder.builder(this)
                .curve(curve.inTimes(factor))
                .seconds((int) Math.max(1, Math.ceil(seconds * factor)))
                .build();
    }

    /**
     * Runs the world from its start to its end.
     *
     * @param traffic whose models are the zoo
     * @param seed of all that is drawn
     * @return the figures of the whole run
     */
    Window run(Traffic traffic, ServingRouter router, long seed) {
        return new ServedWorld(devices, zoo, curve, requests(traffic, seed), router, seed)
                .run(seconds)
                .window(0, seconds);
    }

    /** The scores that mixes have over the requests of such a run. */
    MixScores scores(Traffic traffic, long seed) {
        return new MixScores(curve, requests(traffic, seed), seconds, seed);
    }

    private RecordedRequests requests(Traffic traffic, long seed) {
        return new RecordedRequests(traffic, lengths, seed);
    }
}
