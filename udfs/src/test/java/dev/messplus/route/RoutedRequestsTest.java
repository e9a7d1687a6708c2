package dev.messplus.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.core.Decision;
import dev.messplus.record.RoutedRequest;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoutedRequestsTest {

    /** A decision is reused, so what goes down the stream must not be part of it. */
    @Test
    void holdsNothingOfTheDecision() {
        Decision decision = new Decision(2);
        decision.ranking[0] = 1;
        decision.accuracy[1] = 0.75;
        decision.joules[1] = 4;
        RoutedRequest routed =
                RoutedRequests.of(
                        RouteHarness.prompt("a", "gold"),
                        decision,
                        7,
                        List.of("small", "large"),
                        null);

        Arrays.fill(decision.ranking, 0);
        Arrays.fill(decision.accuracy, -1);
        Arrays.fill(decision.joules, -1);

        assertThat(routed.ranking()).containsExactly("large", "small");
        assertThat(routed.predictedScores()).containsExactly(0.75, 0);
        assertThat(routed.estimatedJoules()).containsExactly(4, 0);
    }
}
