package dev.messplus.replay.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrafficTest {

    private static final double[] JOULES = {1, 10};

    @Test
    void keepsSomeModelsInTheOrderGiven() {
        Traffic traffic = TinyTraffic.of(new double[] {.2, .9}).ofModels(List.of("large"));
        assertThat(traffic.models()).containsExactly("large");
        assertThat(traffic.requests().get(0).scores()).containsExactly(.9);
        assertThat(traffic.requests().get(0).joules()).containsExactly(10);
        assertThatThrownBy(() -> traffic.ofModels(List.of("huge")))
                .hasMessage("--models: must be among large, was huge");
    }

    @Test
    void keepsSomeKinds() {
        Traffic traffic = kinds("b", "a", "b");
        assertThat(traffic.ofKinds(List.of("b")).requests()).hasSize(2);
        assertThatThrownBy(() -> traffic.ofKinds(List.of("c")))
                .hasMessage("--kinds: must be among the benchmark_names a, b, was c");
    }

    @Test
    void theSteepModelIsTheBestAtFortyTimesItsEnergyAndATenthIsRedrawn() {
        Traffic traffic =
                new Traffic(
                        List.of("small", "large"),
                        IntStream.range(0, 5_000)
                                .mapToObj(
                                        i ->
                                                TinyTraffic.request(
                                                        "r" + i,
                                                        "k",
                                                        new double[] {0, i / 5_000.},
                                                        JOULES))
                                .toList());
        Traffic steep = SteepModel.addTo(traffic);
        assertThat(steep.models()).containsExactly("small", "large", "large-steep");
        assertThat(steep.requests()).allMatch(request -> request.joules()[2] == 400);
        double changed =
                steep.requests().stream()
                                .filter(request -> request.scores()[1] != request.scores()[2])
                                .count()
                        / 5_000.;
        assertThat(changed).isBetween(.08, .12);
        assertThat(SteepModel.addTo(traffic).requests().get(17).scores())
                .isEqualTo(steep.requests().get(17).scores());
    }

    @Test
    void everySeedShufflesInItsOwnWay() {
        Traffic traffic = kinds("a", "a", "a", "a", "a", "a", "a", "a");
        List<int[]> orders = Order.RANDOM.of(traffic, 2, 1, 100);
        assertThat(orders.get(0)).containsExactlyInAnyOrder(traffic.fileOrder());
        assertThat(orders.get(0)).isNotEqualTo(orders.get(1));
        assertThat(Order.RANDOM.of(traffic, 2, 1, 100).get(1)).isEqualTo(orders.get(1));
        assertThat(Order.RANDOM.of(traffic, 1, 1, 3).get(0))
                .isEqualTo(Arrays.copyOf(orders.get(0), 3));
    }

    @Test
    void theOrdersOfSeedsStayTheSame() {
        // bench/peers replays the same orders; its test_orders.py has these, too.
        Traffic traffic = kinds("a", "a", "a", "a", "a", "a", "a", "a", "a", "a");
        assertThat(Order.RANDOM.of(traffic, 2, 1, 100))
                .containsExactly(
                        new int[] {5, 4, 7, 8, 2, 0, 9, 1, 6, 3},
                        new int[] {0, 3, 4, 5, 7, 8, 2, 9, 1, 6});
    }

    @Test
    void theOrderOfTheFileIsThatForEverySeed() {
        Traffic traffic = kinds("b", "a", "b");
        assertThat(Order.FILE.of(traffic, 2, 1, 100))
                .allSatisfy(o -> assertThat(o).containsExactly(0, 1, 2));
    }

    @Test
    void kindsFollowEachOtherByNameAndAreShuffledWithin() {
        Traffic traffic = kinds("b", "a", "b", "a", "b", "a", "b", "a", "b", "a");
        List<int[]> orders = Order.KIND.of(traffic, 2, 1, 100);
        for (int[] order : orders) {
            assertThat(Arrays.copyOf(order, 5)).containsExactlyInAnyOrder(1, 3, 5, 7, 9);
        }
        assertThat(orders.get(0)).isNotEqualTo(orders.get(1));
    }

    @Test
    void clustersStandForKindsWhereThereIsButOne() {
        List<Recorded> requests = new ArrayList<>();
        for (int i = 0; i < 80; i++) {
            float[] features = new float[8];
            features[i % 8] = 1;
            requests.add(new Recorded("r" + i, "k", 1, features, new double[] {1, 1}, JOULES));
        }
        Traffic traffic = new Traffic(List.of("small", "large"), requests);
        int[] order = Order.KIND.of(traffic, 1, 1, 100).get(0);
        for (int start = 0; start < 80; start += 10) {
            int cluster = order[start] % 8;
            assertThat(Arrays.stream(order, start, start + 10)).allMatch(i -> i % 8 == cluster);
        }
    }

    private static Traffic kinds(String... kinds) {
        List<Recorded> requests = new ArrayList<>();
        for (String kind : kinds) {
            requests.add(
                    TinyTraffic.request("r" + requests.size(), kind, new double[] {0, 1}, JOULES));
        }
        return new Traffic(List.of("small", "large"), requests);
    }
}
