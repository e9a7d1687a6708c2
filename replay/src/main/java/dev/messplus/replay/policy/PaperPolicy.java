package dev.messplus.replay.policy;

import dev.messplus.core.baseline.ModelMean;
import dev.messplus.replay.outcome.Traffic;
import java.util.Map;

/** MESS+ by the published rule. */
record PaperPolicy(String detail, Map<String, String> settings) implements ReplayPolicy {

    /** The rule with V = 0.1 per joule and c = 3 as on the poster, except for some settings. */
    static PaperPolicy published(Map<String, String> settings) {
        String detail =
                settings.isEmpty() ? "V 0.1 per joule, c 3" : RuleSettings.describe(settings);
        return new PaperPolicy(detail, settings);
    }

    /** The rule with V and c of a point of the grid. */
    static PaperPolicy ofGrid(PaperGrid.Point point, Traffic traffic) {
        double highestJoules =
                traffic.means().stream().mapToDouble(ModelMean::joules).max().orElseThrow();
        double v = highestJoules > 0 ? point.v() / highestJoules : point.v();
        return new PaperPolicy(
                point.title(),
                Map.of("V", String.valueOf(v), "explorationRate", String.valueOf(point.c())));
    }

    @Override
    public SeedResult replay(Episode episode) {
        return new StreamReplay(
                        episode, SlaPolicies.paper(episode.alpha(), settings, episode.seed()))
                .run();
    }
}
