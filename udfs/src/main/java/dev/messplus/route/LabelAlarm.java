package dev.messplus.route;

import dev.messplus.route.RoutingState.Routing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns, once per silence, when no label of an SLA or shard comes any more. */
final class LabelAlarm {

    private static final Logger LOG = LoggerFactory.getLogger(LabelAlarm.class);

    private LabelAlarm() {}

    /**
     * Checks after requests were given up.
     *
     * @param streakBefore {@code unratedStreak} of the SLA before that
     */
    static void check(Routing routing, long streakBefore) {
        long streak = routing.algorithm().state().sla().unratedStreak;
        long limit = routing.algorithm().longestSilence();
        if (streakBefore <= limit && streak > limit) {
            LOG.warn(
                    "slas.{}: no label came for {} requests in a row. The job cannot know whether it"
                            + " keeps its promise. Check that labels reach the feedback topic within"
                            + " feedbackTimeoutMillis, and that slas.{}.labels says who rates",
                    routing.shard().sla(),
                    streak,
                    routing.shard().sla());
        }
    }
}
