package dev.messplus.replay.policy;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/**
 * The figures of one policy over one episode.
 *
 * @param energyPerRequest joules per request of every answer, explored ones included
 * @param energyServedOnly joules per request of the answers served
 * @param score mean accuracy of the answers served, labelled or not
 * @param shardScores the same for each shard that had requests; at least one
 * @param maxDeficit largest shortfall of any prefix of the run, in requests, at least 0
 * @param worstShortfall largest shortfall of any consecutive requests, in requests, at least 0
 * @param worstWindow least mean accuracy of any 1,000 consecutive requests, or of all if fewer
 * @param worstFullWindow least mean accuracy of any full window of the SLA; {@code NaN} if the run
 *     has fewer requests than that
 * @param exploredShare share of requests that explored
 * @param modelShare share of requests that each model served, in the order of the zoo
 * @param tenths the ten tenths of the run, in order
 * @param curve the course of the run
 */
@RecordBuilder
public record SeedResult(
        double energyPerRequest,
        double energyServedOnly,
        double score,
        double[] shardScores,
        double maxDeficit,
        double worstShortfall,
        double worstWindow,
        double worstFullWindow,
        double exploredShare,
        double[] modelShare,
        List<Tenth> tenths,
        Curve curve) {

    /**
     * A tenth of a run. Both are {@code NaN} if the run is so short that it has no requests.
     *
     * @param energyPerRequest joules per request of every answer, explored ones included
     * @param score mean accuracy of the answers served
     */
    public record Tenth(double energyPerRequest, double score) {}

    /**
     * The course of a run, reduced to as many points as a plot can show.
     *
     * @param request number of the request, from 1
     * @param average mean score so far
     * @param deficit largest shortfall since the previous point, in requests; negative when ahead
     */
    public record Curve(int[] request, double[] average, double[] deficit) {}
}
