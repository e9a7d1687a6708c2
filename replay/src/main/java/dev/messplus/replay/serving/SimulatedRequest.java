package dev.messplus.replay.serving;

import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * A request, and what each model would make of it.
 *
 * @param id unique in the run
 * @param features of the prompt
 * @param promptTokens length of the prompt, at least 1
 * @param cachedTokens how many of them a server has in its prefix cache, at least 0
 * @param answerTokens length of an answer by a model of factor 1, at least 1
 * @param scores accuracy of each model's answer, in [0, 1], in the order of the zoo
 * @param failureDraws a number in [0, 1) for each model: its call fails if it is below the model's
 *     share of failures
 */
@RecordBuilder
public record SimulatedRequest(
        String id,
        float[] features,
        int promptTokens,
        int cachedTokens,
        int answerTokens,
        double[] scores,
        double[] failureDraws) {}
