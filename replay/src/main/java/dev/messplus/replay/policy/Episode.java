package dev.messplus.replay.policy;

import dev.messplus.core.baseline.ModelMean;
import dev.messplus.replay.outcome.Arrivals;
import java.util.Arrays;
import java.util.List;

/**
 * The requests that a policy answers with one seed, and the conditions under which it does.
 *
 * @param arrivals the requests, in order
 * @param alpha average score to reach, in [0, 1]
 * @param conditions what the policy gets to know, and when
 * @param seed of everything that is drawn
 * @param history what was recorded before the first request
 * @param window over which the SLA promises alpha
 */
public record Episode(
        Arrivals arrivals,
        double alpha,
        Conditions conditions,
        long seed,
        History history,
        SlaWindow window) {

    /** Ids of the models. */
    public List<String> models() {
        return arrivals.models();
    }

    /** Joules of each model that are configured beforehand; {@code NaN} if nobody knows them. */
    double[] priorJoules() {
        if (conditions.priced()) {
            return arrivals.means().stream().mapToDouble(ModelMean::joules).toArray();
        }
        double[] unknown = new double[models().size()];
        Arrays.fill(unknown, Double.NaN);
        return unknown;
    }

    /** What becomes known of each request, and when. */
    public FeedbackSchedule delivery() {
        return new FeedbackSchedule(conditions, arrivals.size(), seed);
    }
}
