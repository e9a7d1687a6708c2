package dev.messplus.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.record.EmbeddedRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.junit.jupiter.api.Test;

class FeedbackTurnsTest {

    @Test
    void givesEveryModelAndOneOutsiderATurn() {
        EmbeddedRequest request =
                EmbeddedRequest.of(RouteHarness.prompt("1", "gold"), new float[] {1}, 7);
        List<EmbeddedRequest> out = new ArrayList<>();

        new FeedbackTurns(new Shards(Map.of("gold", 1)), 3)
                .flatMap(request, new ListCollector<>(out));

        EmbeddedRequest empty = EmbeddedRequest.empty("gold");
        assertThat(out).containsExactly(request, empty, empty, empty);
        assertThat(empty.isEmpty()).isTrue();
        assertThat(request.isEmpty()).isFalse();
    }
}
