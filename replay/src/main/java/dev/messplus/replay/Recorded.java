package dev.messplus.replay;

/**
 * A request of the traffic, with what every model would answer it with.
 *
 * @param id unique in the traffic
 * @param kind the benchmark that it is from
 * @param promptTokens its length, as the job counts it
 * @param features its embedding
 * @param scores accuracy of each model's answer, in [0, 1], in the order of the zoo
 * @param joules energy of each model's answer, at least 0, in the order of the zoo
 */
record Recorded(
        String id,
        String kind,
        int promptTokens,
        float[] features,
        double[] scores,
        double[] joules) {}
