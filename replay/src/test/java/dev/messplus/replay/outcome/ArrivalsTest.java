package dev.messplus.replay.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.baseline.ModelMean;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ArrivalsTest {

    /** The first model is the cheapest, the last the most accurate one. */
    private static final Traffic TRAFFIC =
            new Traffic(
                    List.of("small", "medium", "large"),
                    IntStream.range(0, 6)
                            .mapToObj(
                                    i ->
                                            TinyTraffic.request(
                                                    "r" + i,
                                                    "k",
                                                    new double[] {.25, .5, 1},
                                                    new double[] {1, 5, 10}))
                            .toList());

    @Test
    void aLaterPassHasIdsOfItsOwnAndTheSameFeatures() {
        int[] order = Order.RANDOM.of(TRAFFIC, 1, 3, Integer.MAX_VALUE).get(0);
        var arrivals = new Arrivals(TRAFFIC, order, Drift.NONE);
        assertThat(arrivals.size()).isEqualTo(18);
        assertThat(arrivals.all()).extracting(Recorded::id).doesNotHaveDuplicates();
        assertThat(arrivals.get(3)).isSameAs(TRAFFIC.requests().get(order[3]));
        Recorded again = arrivals.get(15);
        assertThat(again.id()).isEqualTo("r" + order[15] + "@2");
        assertThat(again.features()).isSameAs(TRAFFIC.requests().get(order[15]).features());
    }

    @Test
    void everyPassIsShuffledAnewAndHoldsAllRequests() {
        Traffic many =
                new Traffic(
                        List.of("one"),
                        IntStream.range(0, 50)
                                .mapToObj(
                                        i ->
                                                TinyTraffic.request(
                                                        "r" + i,
                                                        "k",
                                                        new double[] {1},
                                                        new double[] {1}))
                                .toList());
        int[] order = Order.RANDOM.of(many, 1, 2, Integer.MAX_VALUE).get(0);
        int[] first = Arrays.copyOf(order, 50);
        int[] second = Arrays.copyOfRange(order, 50, 100);
        assertThat(second).containsExactlyInAnyOrder(many.fileOrder()).isNotEqualTo(first);
        assertThat(Order.RANDOM.of(many, 1, 1, 100).get(0)).isEqualTo(first);
        assertThat(Order.RANDOM.of(many, 1, 2, 70).get(0)).hasSize(70).startsWith(first);
        assertThat(Order.FILE.of(many, 1, 2, 51).get(0)).endsWith(49, 0);
    }

    @Test
    void fromTheMiddleOnTheMostAccurateModelIsWorse() {
        Arrivals arrivals = arrivals(Drift.WORSE);
        assertThat(arrivals.get(2).scores()).containsExactly(.25, .5, 1);
        assertThat(arrivals.get(3).scores()).containsExactly(.25, .5, .5);
        assertThat(arrivals.get(5).scores()).containsExactly(.25, .5, .5);
        assertThat(arrivals.get(3).joules()).containsExactly(1, 5, 10);
    }

    @Test
    void fromTheMiddleOnTheCheapestModelIsAsGoodAsTheBest() {
        Arrivals arrivals = arrivals(Drift.BETTER);
        assertThat(arrivals.get(2).scores()).containsExactly(.25, .5, 1);
        assertThat(arrivals.get(3).scores()).containsExactly(1, .5, 1);
    }

    @Test
    void anOutageHalvesAllScoresFromASixthToTheMiddle() {
        Arrivals arrivals = arrivals(Drift.OUTAGE);
        assertThat(arrivals.get(0).scores()).containsExactly(.25, .5, 1);
        assertThat(arrivals.get(1).scores()).containsExactly(.125, .25, .5);
        assertThat(arrivals.get(2).scores()).containsExactly(.125, .25, .5);
        assertThat(arrivals.get(3).scores()).containsExactly(.25, .5, 1);
        // The traffic itself stays healthy.
        assertThat(TRAFFIC.requests().get(1).scores()).containsExactly(.25, .5, 1);
    }

    @Test
    void meansAreOfWhatWasReallyOnOffer() {
        List<ModelMean> means = arrivals(Drift.WORSE).means();
        assertThat(means.get(2).score()).isCloseTo(.75, within(1e-12));
        assertThat(means.get(2).joules()).isCloseTo(10, within(1e-12));
        assertThat(arrivals(Drift.OUTAGE).means().get(1).score())
                .isCloseTo((4 * .5 + 2 * .25) / 6, within(1e-12));
    }

    private static Arrivals arrivals(Drift drift) {
        return new Arrivals(TRAFFIC, TRAFFIC.fileOrder(), drift);
    }
}
