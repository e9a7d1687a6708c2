package dev.messplus.replay.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ZooOrdersTest {

    @Test
    void aSmallZooHasAllOrdersAndTheGivenOneFirst() {
        assertThat(ZooOrders.of(List.of("a", "b", "c")))
                .hasSize(6)
                .doesNotHaveDuplicates()
                .startsWith(List.of("a", "b", "c"))
                .contains(List.of("c", "b", "a"));
        assertThat(ZooOrders.of(List.of("a", "b", "c", "d"))).hasSize(24).doesNotHaveDuplicates();
        assertThat(ZooOrders.of(List.of("a"))).containsExactly(List.of("a"));
    }

    @Test
    void aLargeZooHasTwentyFourOrders() {
        List<String> models = List.of("a", "b", "c", "d", "e", "f", "g", "h", "i");
        assertThat(ZooOrders.of(models))
                .hasSize(24)
                .doesNotHaveDuplicates()
                .startsWith(models)
                .isEqualTo(ZooOrders.of(models))
                .allSatisfy(order -> assertThat(order).containsExactlyInAnyOrderElementsOf(models));
    }
}
