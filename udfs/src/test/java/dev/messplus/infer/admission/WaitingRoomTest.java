package dev.messplus.infer.admission;

import static dev.messplus.fixture.Fixtures.exploit;
import static dev.messplus.fixture.Fixtures.inference;
import static dev.messplus.fixture.Fixtures.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.infer.config.BacklogPolicy;
import dev.messplus.infer.config.BacklogPolicy.Order;
import dev.messplus.infer.config.InferenceConfig;
import dev.messplus.record.PromptRequestBuilder;
import dev.messplus.record.RoutedRequest;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who is next of those that wait for a model. */
class WaitingRoomTest {

    private static final int REQUESTS = 3_000;

    private final WaitingRoom room = new WaitingRoom();
    private long number;

    @Test
    void slasTakeTurns() {
        add("big", 4);
        add("small", 2);

        assertThat(order(inference().build())).isEqualTo("041523");
    }

    @Test
    void turnsAreByWeight() {
        InferenceConfig config = weights(Map.of("heavy", 2.0, "light", 0.5));
        add("heavy", REQUESTS);
        add("plain", REQUESTS);
        add("light", REQUESTS);

        Map<String, Integer> turns = new HashMap<>();
        for (int i = 0; i < 3_500; i++) {
            turns.merge(room.poll(config).routed().request().sla(), 1, Integer::sum);
        }

        assertThat(turns).isEqualTo(Map.of("heavy", 2_000, "plain", 1_000, "light", 500));
    }

    /**
     * Neither does an SLA that was away catch up, nor has it more than its turns by coming back.
     */
    @Test
    void anSlaWithoutRequestsSavesNoTurns() {
        InferenceConfig config = inference().build();
        add("busy", REQUESTS);
        for (int i = 0; i < 1_000; i++) {
            room.poll(config);
        }
        int ofGuest = 0;
        for (int i = 0; i < 1_000; i++) {
            // Its next request comes as soon as the last one has left.
            if (room.all().stream().noneMatch(held -> sla(held).equals("guest"))) {
                add("guest", 1);
            }
            ofGuest += sla(room.poll(config)).equals("guest") ? 1 : 0;
        }

        assertThat(ofGuest).isEqualTo(500);
    }

    private static InferenceConfig weights(Map<String, Double> weights) {
        Map<String, BacklogPolicy> policies = new HashMap<>();
        weights.forEach(
                (sla, weight) ->
                        policies.put(sla, new BacklogPolicy(Order.OLDEST_FIRST, 0L, weight)));
        return inference().backlogs(policies).build();
    }

    private void add(String sla, int requests) {
        for (int i = 0; i < requests; i++) {
            RoutedRequest routed = exploit("" + number, "a");
            RoutedRequest ofSla =
                    with(routed, PromptRequestBuilder.builder(routed.request()).sla(sla).build());
            room.add(new HeldRequest(ofSla, number++, BacklogPolicy.DEFAULT, 0));
        }
    }

    private String order(InferenceConfig config) {
        StringBuilder order = new StringBuilder();
        while (room.size() > 0) {
            order.append(room.poll(config).routed().request().id());
        }
        return order.toString();
    }

    private static String sla(HeldRequest held) {
        return held.routed().request().sla();
    }
}
