package dev.messplus.replay.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.Decision;
import dev.messplus.core.Mode;
import dev.messplus.core.belief.WarmStart;
import dev.messplus.replay.outcome.Arrivals;
import dev.messplus.replay.outcome.Drift;
import dev.messplus.replay.outcome.Recorded;
import dev.messplus.replay.outcome.SyntheticTraffic;
import dev.messplus.replay.outcome.Traffic;
import dev.messplus.route.config.RoutingConfig.SlaRouting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;
import org.junit.jupiter.api.Test;

class StreamWarmStartTest {

    private static final Traffic TRAFFIC = SyntheticTraffic.atFixedPrices(2_000, 4);

    private static final double[] PRICES = {1, 3, 10};

    @Test
    void requestsAreDecidedByTheRecordedRows() {
        List<double[]> forecasts = new ArrayList<>();
        List<Float> features = new ArrayList<>();
        int[] rows = IntStream.range(0, 1_000).toArray();
        int[] rest = IntStream.range(1_000, 2_000).toArray();
        WarmStart recorded = TRAFFIC.recorded("test", rows);
        SlaRouting routing =
                SlaPolicies.stream(.65, Map.of("explorationBudget", "0"), 1)
                        .beginningWith(recorded);
        Episode episode =
                new Episode(
                        new Arrivals(TRAFFIC, rest, Drift.NONE),
                        .65,
                        Episodes.scored(1_000),
                        1,
                        History.NONE,
                        Episodes.WINDOW);
        // No label comes before the last decision.
        SeedResult unused =
                new StreamReplay(episode, routing)
                        .run(
                                new StreamReplay.Witness() {
                                    @Override
                                    public void decided(Recorded request, Decision decision) {
                                        assertThat(decision.mode).isEqualTo(Mode.EXPLOIT);
                                        assertThat(decision.joules)
                                                .containsExactly(PRICES, within(1e-9));
                                        forecasts.add(decision.accuracy.clone());
                                        features.add(request.features()[0]);
                                    }
                                });
        for (int m = 0; m < PRICES.length; m++) {
            int model = m;
            // What these rows say, which is .04 less than is true of the second model.
            double mean = recorded.meanScore(recorded.models().get(TRAFFIC.models().get(m)));
            double[] forecast = forecasts.stream().mapToDouble(all -> all[model]).toArray();
            assertThat(StatUtils.mean(forecast)).isCloseTo(mean, within(.05));
            // Forecasts of all models fall with the first feature.
            double[] hard = features.stream().mapToDouble(feature -> feature).toArray();
            assertThat(new PearsonsCorrelation().correlation(forecast, hard)).isLessThan(-.8);
        }
    }
}
