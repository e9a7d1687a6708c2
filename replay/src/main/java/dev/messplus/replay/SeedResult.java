package dev.messplus.replay;

/**
 * What a policy did with one seed's traffic.
 *
 * @param energyPerRequest joules of all answers that were asked for, a request
 * @param energyServedOnly joules of the answers served, a request
 * @param score mean accuracy of the answers served, labelled or not
 * @param shardScores the same for each shard that had requests; at least one
 * @param maxDeficit largest shortfall of any beginning of the run, in requests, at least 0
 * @param worstShortfall largest shortfall of any requests in a row, in requests, at least 0
 * @param worstWindow least mean accuracy of any 1,000 requests in a row, or of all if fewer
 * @param exploredShare share of requests that explored
 * @param modelShare share of requests each model served, in the order of the zoo
 * @param curve how it went
 */
record SeedResult(
        double energyPerRequest,
        double energyServedOnly,
        double score,
        double[] shardScores,
        double maxDeficit,
        double worstShortfall,
        double worstWindow,
        double exploredShare,
        double[] modelShare,
        Curve curve) {

    /**
     * The course of a replay, thinned out to what a plot can show.
     *
     * @param request number of the request, from 1
     * @param average mean score so far
     * @param deficit largest shortfall since the point before, in requests; negative when ahead
     */
    record Curve(int[] request, double[] average, double[] deficit) {}
}
