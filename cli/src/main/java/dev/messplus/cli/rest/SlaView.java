package dev.messplus.cli.rest;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/**
 * The metrics of an SLA, or of one of its shards. Components that are not known are null.
 *
 * @param name of the SLA; with the number of the shard, if it is one of several
 * @param shard number of the shard; null for the whole SLA
 * @param alpha average score to reach, in [0, 1]
 * @param scoreEstimate estimate of the average score of all answers, rated or not
 * @param scoreLowerBound what that average is at least, with 95%
 * @param unratedStreak number of requests that expired since the last label
 * @param unratedStreakLimit the streak above which labels do not come any more
 * @param q length of the virtual queue, in requests
 * @param deficit shortfall of the whole run, in requests
 * @param requests number of decided requests
 * @param inFlight number of requests that await their label
 * @param energyJoules joules of all calls, but for those of repeats
 * @param repeatJoules joules of calls for repeats, and for answers that a failure undid
 * @param joulesPerRequest {@code energyJoules} over the requests that got an answer
 * @param mostExpensiveJoulesEstimate what a request would take with the most expensive model alone,
 *     in joules
 * @param staticMixJoulesEstimate what it would take with the best fixed mix of models, in joules
 * @param reachableScoreEstimate about how high the average score can be with these models
 * @param energyEstimated whether the joules of a model are estimated and not measured
 * @param expired number of requests whose label did not arrive in time
 * @param failed number of requests that no model answered
 * @param judge what audits say of the scorer; null where people audit none
 */
@RecordBuilder
public record SlaView(
        String name,
        Integer shard,
        Double alpha,
        Double score,
        Double windowScore,
        Double scoreEstimate,
        Double scoreLowerBound,
        Long unratedStreak,
        Long unratedStreakLimit,
        Double q,
        Double deficit,
        Long requests,
        Long inFlight,
        Double energyJoules,
        Double repeatJoules,
        Double joulesPerRequest,
        Double mostExpensiveJoulesEstimate,
        Double staticMixJoulesEstimate,
        Double reachableScoreEstimate,
        boolean energyEstimated,
        Long expired,
        Long failed,
        JudgeView judge,
        List<ModelView> models) {

    /**
     * What audits say of a scorer.
     *
     * @param auditsDrawn answers that people were asked to score
     * @param auditsAnswered those that they scored in time
     * @param auditsUnanswered those that they did not score in time
     * @param uselessProbability that the scorer says nothing about people's scores of single
     *     answers; null if unknown
     */
    public record JudgeView(
            long auditsDrawn,
            long auditsAnswered,
            long auditsUnanswered,
            Double uselessProbability) {}

    /**
     * The metrics of a model within an SLA.
     *
     * @param served number of its answers that were served
     * @param servedShare its share of the answers served, in [0, 1]
     * @param meanScore mean score of its labels; null before the first label
     * @param joulesPerRequest recent mean
     * @param priceJoules what a typical request adds; null if unknown
     * @param energyUncertainty recent mean uncertainty of its joules, relative to them; null if
     *     unknown
     * @param energyEstimated whether its joules are estimated and not measured
     * @param available whether requests are routed to it at the moment
     * @param judgeBias by how much the scorer scores a typical answer too high; null without audits
     * @param judgeBiasDeviation standard deviation of that; null without audits
     */
    @RecordBuilder
    public record ModelView(
            String name,
            Long served,
            Double servedShare,
            Double meanScore,
            Double joulesPerRequest,
            Double priceJoules,
            Double energyUncertainty,
            boolean energyEstimated,
            Boolean available,
            Double judgeBias,
            Double judgeBiasDeviation) {}
}
