package dev.messplus.core.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.LabelSource;
import dev.messplus.core.account.ConfidenceSequence;
import dev.messplus.core.account.PendingRequest;
import java.util.ArrayDeque;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The promise is kept, and reported as it is, whoever of the users rates: alpha = .65. */
class BiasedRatingsTest {

    private static final double ALPHA = 0.65;
    private static final int REQUESTS = 30_000;
    private static final int IN_FLIGHT = 64;
    private static final double[] RATES = {0.5, 0.6, 0.75};
    private static final double[] JOULES = {10, 30, 100};

    private final SplittableRandom random = new SplittableRandom(1);
    private double trueSum;

    @ParameterizedTest
    @CsvSource({
        "0,   0.4", // only the unhappy
        "0.1, 0.4",
        "0.4, 0.1", // mostly the happy
        "0.3, 0.3"
    })
    void aSelectionOfAnswersIsNotTakenForAllOfThem(double ratedGood, double ratedBad) {
        TestSla sla = run(LabelSource.users(ratedGood, ratedBad), ratedGood, ratedBad);

        double average = trueSum / REQUESTS;
        // A pseudo-score deviates by less than 2, so the mean of 30,000 by .012.
        assertThat(average).isBetween(ALPHA - 0.03, ALPHA + 0.03);
        assertThat(sla.queue.averageScore()).isCloseTo(average, within(0.03));
        ConfidenceSequence.Interval interval = sla.algorithm.scoreInterval();
        assertThat(average).isBetween(interval.lower(), interval.upper());
        assertThat(interval.upper() - interval.lower()).isLessThan(0.15);
    }

    /** Everything about a request is known after 64 others, but for its label, if it has none. */
    private TestSla run(LabelSource source, double ratedGood, double ratedBad) {
        var sla = new TestSla(Settings.stream(ALPHA).labels(source), "small", "middle", "big");
        var flying = new ArrayDeque<PendingRequest>();
        for (int t = 0; t < REQUESTS + IN_FLIGHT; t++) {
            flying.add(sla.request("r" + t));
            if (flying.size() > IN_FLIGHT) {
                PendingRequest request = flying.remove();
                String model = request.models().get(0);
                int m = sla.zoo.indexOf(model);
                double score = random.nextDouble() < RATES[m] ? 1 : 0;
                trueSum += score;
                boolean rated = random.nextDouble() < ratedBad + score * (ratedGood - ratedBad);
                sla.measured(request, model, JOULES[m]);
                sla.served(request, model);
                if (rated) {
                    sla.scored(request, model, score);
                } else {
                    sla.algorithm.expire(request);
                }
            }
        }
        return sla;
    }
}
