package dev.messplus.core;

import static dev.messplus.core.TestSla.with;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;

/** In-flight drift is nothing else than the paper when nothing is in flight. */
class PaperEquivalenceTest {

    private static final double[] JOULES = {10, 25, 100};

    @Property(tries = 200)
    void isThePaperWhenNothingIsInFlight(
            @ForAll @DoubleRange(max = 1) double alpha,
            @ForAll @DoubleRange(max = 0.1) double v,
            @ForAll Random random) {
        Policy policy = Policy.paper(alpha, v, 1);
        var paper = new TestSla(policy, "a", "b", "c");
        var stream = new TestSla(with(policy, "inFlightDrift", true), "a", "b", "c");
        for (int t = 1; t <= 200; t++) {
            String id = "r" + t;
            float[] features = {random.nextFloat() - 0.5f, random.nextFloat() - 0.5f};
            double[] scores = random.doubles(3).toArray();
            PendingRequest published = paper.play(id, scores, JOULES, features);
            PendingRequest streamed = stream.play(id, scores, JOULES, features);
            assertThat(streamed.mode).isEqualTo(published.mode);
            assertThat(streamed.models).isEqualTo(published.models);
            assertThat(streamed.served).isEqualTo(published.served);
            assertThat(stream.queue.q).isEqualTo(paper.queue.q);
        }
        assertThat(stream.state.joules).isEqualTo(paper.state.joules);
    }
}
