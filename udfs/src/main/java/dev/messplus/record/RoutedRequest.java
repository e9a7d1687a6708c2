package dev.messplus.record;

import dev.messplus.core.Mode;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/**
 * A request with the decision that was taken for it.
 *
 * @param mode how the models were chosen
 * @param ranking ids of the models, the one to ask first; those that are unavailable stand at the
 *     end
 * @param asked how many of them, from the first on, are to be asked at once: when exploring, all
 *     that are available, or the chosen one and another beside it; otherwise 1. The others are what
 *     to fall back on, in turn
 * @param predictedScores predicted accuracy of each model of the ranking
 * @param estimatedJoules estimated energy of each model of the ranking; {@code NaN} if unknown
 * @param pressure the pressure P that the decision was taken under, in requests; Q by the paper's
 *     rule
 * @param t number of the request under its SLA, or the shard of that, from 1
 * @param decision which decision this is, for a request can be decided again after a failure
 */
@RecordBuilder
public record RoutedRequest(
        PromptRequest request,
        Mode mode,
        List<String> ranking,
        int asked,
        double[] predictedScores,
        double[] estimatedJoules,
        double pressure,
        long t,
        long decision) {}
