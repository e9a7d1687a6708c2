package dev.messplus.core.paper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.core.account.PendingRequest;
import dev.messplus.core.algorithm.Settings;
import dev.messplus.core.algorithm.TestSla;
import dev.messplus.core.belief.AccuracyState;
import dev.messplus.core.belief.EarlierLabel;
import dev.messplus.core.belief.LabelSums;
import dev.messplus.core.belief.Predictor;
import dev.messplus.core.belief.SharedState;
import dev.messplus.core.cost.WorkModels;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;

/**
 * With nothing in flight and none of its additions, the stream's rule is the paper's at lambda = Q
 * / V. Both forecast from the same oracle.
 */
class PaperEquivalenceTest {

    private static final double[] JOULES = {10, 25, 100};
    private static final String[] ZOO = {"a", "b", "c"};

    @Property(tries = 200)
    void isThePaperAtAPriceOfQOverV(
            @ForAll @DoubleRange(max = 1) double alpha,
            @ForAll @DoubleRange(min = 0.01, max = 0.1) double v,
            @ForAll Random random) {
        var oracle = new Oracle();
        Settings published = Settings.paper(alpha, v, 0).predictors(oracle);
        var paper = known(new TestSla(published, ZOO));
        var stream = known(new TestSla(Settings.bare(alpha).predictors(oracle), ZOO));
        for (int t = 1; t <= 200; t++) {
            String id = "r" + t;
            oracle.forecasts = random.doubles(3).toArray();
            double[] scores = random.doubles(3).toArray();
            // lambda_0 is the price at a pressure of 0.
            double pressure = paper.queue.q / (40 * stream.state.price.deviation());
            stream.priced(paper.queue.q / v * Math.exp(-pressure));
            if (paper.queue.q == 0) {
                stream.priced(Double.MIN_NORMAL);
            }
            PendingRequest asPublished = paper.play(id, scores, JOULES);
            PendingRequest asStreamed = stream.play(id, scores, JOULES);
            assertThat(asStreamed.models()).isEqualTo(asPublished.models());
            assertThat(asStreamed.served).isEqualTo(asPublished.served);
            assertThat(stream.queue.q).isEqualTo(paper.queue.q);
        }
        assertThat(stream.state.joules).isEqualTo(paper.state.joules);
    }

    private static TestSla known(TestSla sla) {
        for (int m = 0; m < ZOO.length; m++) {
            WorkModels.observe(sla.model(ZOO[m]).energy, TestSla.TOKENS, 0, JOULES[m]);
        }
        return sla;
    }

    /** Forecasts what it is given, and never learns. */
    private static final class Oracle implements Predictor.Factory {

        private int models;
        private double[] forecasts = new double[ZOO.length];

        @Override
        public Predictor create(SharedState shared, AccuracyState own, double expected) {
            int model = models++;
            return new Predictor() {

                @Override
                public void prepare(int dimensions) {}

                @Override
                public double predict(float[] features) {
                    return forecasts[model % ZOO.length];
                }

                @Override
                public double deviation(float[] features) {
                    return 0;
                }

                @Override
                public void learn(
                        float[] features, double score, double noise, List<EarlierLabel> earlier) {}

                @Override
                public void learn(LabelSums sums) {}
            };
        }
    }
}
