package dev.messplus.route;

import dev.messplus.core.Decision;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.RoutedRequest;
import dev.messplus.record.RoutedRequestBuilder;
import java.util.Arrays;
import java.util.List;

/** Converts decisions to records. */
public final class RoutedRequests {

    private RoutedRequests() {}

    /**
     * A request with the decision on it.
     *
     * @param number number of the decision
     * @param zoo ids of the models in the order that the decision indexes
     * @param receipt why it was decided so, as JSON; {@code null} for none
     */
    public static RoutedRequest of(
            PromptRequest request,
            Decision decision,
            long number,
            List<String> zoo,
            String receipt) {
        int models = zoo.size();
        String[] ranking = new String[models];
        double[] scores = new double[models];
        double[] joules = new double[models];
        double[] prices = new double[models];
        double[] regrets = new double[models];
        for (int rank = 0; rank < models; rank++) {
            int m = decision.ranking[rank];
            ranking[rank] = zoo.get(m);
            scores[rank] = decision.accuracy[m];
            joules[rank] = decision.chargeJoules[m];
            prices[rank] = decision.joules[m];
            double regret = decision.regretJoules(m);
            // Models that are unavailable stand at the end, however good they are.
            regrets[rank] =
                    decision.unavailable[m] && rank > 0
                            ? Math.max(regret, regrets[rank - 1])
                            : regret;
        }
        return RoutedRequestBuilder.builder()
                .request(request)
                .mode(decision.mode)
                .ranking(Arrays.asList(ranking))
                .asked(decision.asked)
                .predictedScores(scores)
                .estimatedJoules(joules)
                .priceJoules(prices)
                .regretJoules(regrets)
                .plan(decision.plan)
                .pressure(decision.pressure)
                .t(decision.t)
                .decision(number)
                .reading(decision.reading)
                .audited(decision.audited)
                .receipt(receipt)
                .build();
    }
}
