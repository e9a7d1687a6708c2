package dev.messplus.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;

/**
 * With nothing in flight and none of its additions, the stream's rule is the paper's. Both forecast
 * from the same oracle, the last model being the reference that energy is relative to.
 */
class PaperEquivalenceTest {

    private static final double[] JOULES = {10, 25, 100};
    private static final String[] ZOO = {"a", "b", "c"};

    /** So many that the reference model is the one of the highest forecast. */
    private static final long MANY = 1_000_000_000_000L;

    @Property(tries = 200)
    void isThePaperWhenNothingIsInFlight(
            @ForAll @DoubleRange(max = 1) double alpha,
            @ForAll @DoubleRange(max = 0.1) double v,
            @ForAll Random random) {
        var oracle = new Oracle();
        Settings published = Settings.paper(alpha, v, 1).predictors(oracle);
        var paper = known(new TestSla(published, ZOO));
        Settings streamed =
                Settings.bare(alpha).explorationRate(1).v(v * JOULES[2]).predictors(oracle);
        var stream = known(new TestSla(streamed, ZOO));
        for (int t = 1; t <= 200; t++) {
            String id = "r" + t;
            oracle.forecasts = random.doubles(3).toArray();
            double[] scores = random.doubles(3).toArray();
            PendingRequest asPublished = paper.play(id, scores, JOULES);
            PendingRequest asStreamed = stream.play(id, scores, JOULES);
            assertThat(asStreamed.mode).isEqualTo(asPublished.mode);
            assertThat(asStreamed.models()).isEqualTo(asPublished.models());
            assertThat(asStreamed.served).isEqualTo(asPublished.served);
            assertThat(stream.queue.q).isEqualTo(paper.queue.q);
        }
        assertThat(stream.state.joules).isEqualTo(paper.state.joules);
    }

    private static TestSla known(TestSla sla) {
        for (int m = 0; m < ZOO.length; m++) {
            sla.model(ZOO[m]).energy.observe(TestSla.TOKENS, 0, JOULES[m]);
            sla.model(ZOO[m]).accuracy.labels = MANY;
        }
        return sla;
    }

    /** Forecasts what it is told, and never learns. */
    private static final class Oracle implements Predictor.Factory {

        private double[] forecasts = new double[ZOO.length];

        @Override
        public Predictor create(SharedState shared, AccuracyState state, double rank) {
            int model = (int) (1 + rank);
            return new Predictor() {

                @Override
                public void prepare(int dimensions) {}

                @Override
                public void prepareIfNew(int dimensions) {}

                @Override
                public double predict(float[] features) {
                    return forecasts[model];
                }

                @Override
                public double deviation(float[] features) {
                    return 0;
                }

                @Override
                public double predictTypical() {
                    return model;
                }

                @Override
                public void learn(float[] features, double score, double noise) {}
            };
        }
    }
}
