package dev.messplus.replay.policy;

import dev.messplus.core.baseline.ModelMean;
import dev.messplus.replay.outcome.Traffic;
import dev.messplus.route.config.RoutingConfig.SlaRouting;
import java.util.Map;
import java.util.function.Function;

/**
 * MESS+.
 *
 * @param routing makes the promise and its rule for an episode
 */
record MessPolicy(String detail, Function<Episode, SlaRouting> routing) implements ReplayPolicy {

    /** MESS+ for a stream, as the job runs it by default, except for some settings. */
    static MessPolicy stream(Map<String, String> settings) {
        return new MessPolicy(
                RuleSettings.describe(settings),
                episode ->
                        SlaPolicies.stream(episode, settings)
                                .beginningWith(episode.history().warmStart()));
    }

    /** The published rule with V = 0.1 per joule and c = 3 as on the poster, but for settings. */
    static MessPolicy published(Map<String, String> settings) {
        return paper(
                settings.isEmpty() ? "V 0.1 per joule, c 3" : RuleSettings.describe(settings),
                settings);
    }

    /** The published rule with V and c of a point of the grid. */
    static MessPolicy ofGrid(PaperGrid.Point point, Traffic traffic) {
        double highestJoules =
                traffic.means().stream().mapToDouble(ModelMean::joules).max().orElseThrow();
        double v = highestJoules > 0 ? point.v() / highestJoules : point.v();
        return paper(
                point.title(),
                Map.of("V", String.valueOf(v), "explorationRate", String.valueOf(point.c())));
    }

    private static MessPolicy paper(String detail, Map<String, String> settings) {
        return new MessPolicy(
                detail, episode -> SlaPolicies.paper(episode.alpha(), settings, episode.seed()));
    }

    @Override
    public SeedResult replay(Episode episode) {
        return new StreamReplay(episode, routing.apply(episode)).run();
    }
}
