package dev.messplus.infer;

import static dev.messplus.fixture.Fixtures.NO_SERVER;
import static dev.messplus.fixture.Fixtures.endpoint;
import static dev.messplus.fixture.Fixtures.exploit;
import static dev.messplus.fixture.Fixtures.inference;
import static dev.messplus.fixture.Fixtures.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.infer.BacklogPolicy.Order;
import dev.messplus.record.PromptRequestBuilder;
import dev.messplus.record.RoutedRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever comes and goes, no budget is exceeded and no request is lost or called twice. */
class HeldRequestsTest {

    private static final int MAX_CALLED = 7;
    private static final Map<String, Integer> SHARES = Map.of("a", 5, "b", 3, "c", 1);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void budgetsHoldAndEveryRequestEndsOnce(long seed) {
        Random random = new Random(seed);
        HeldRequests held = held();
        Map<String, Integer> ended = new HashMap<>();
        List<HeldRequest> called = new ArrayList<>();
        HeldRequest blocked = null;
        int sent = 0;
        long now = 0;
        while (sent < 2_000 || !held.isEmpty()) {
            now += random.nextInt(5);
            if (blocked == null && sent < 2_000 && random.nextBoolean()) {
                blocked = held.add(request(sent++, now, random), now);
            }
            if (blocked != null && held.hasPlaceFor(blocked)) {
                held.enqueue(blocked);
                blocked = null;
            }
            for (HeldRequest expired : held.takeExpired(now)) {
                end(held, expired, ended);
            }
            if (blocked != null && !held.contains(blocked)) {
                assertThat(blocked.isExpired(now)).isTrue();
                blocked = null;
            }
            for (HeldRequest next = held.next(); next != null; next = held.next()) {
                assertThat(next.isExpired(now)).isFalse();
                called.add(next);
            }
            if (!called.isEmpty() && random.nextInt(3) == 0) {
                HeldRequest over = called.remove(random.nextInt(called.size()));
                held.ended(over);
                end(held, over, ended);
            }
            assertThat(held.called()).isEqualTo(called.size()).isLessThanOrEqualTo(MAX_CALLED);
            held.queues()
                    .forEach(
                            (model, queue) -> {
                                assertThat(queue.called()).isLessThanOrEqualTo(SHARES.get(model));
                                assertThat(queue.waiting().size())
                                        .isLessThanOrEqualTo(SHARES.get(model));
                            });
            assertThat(held.all()).hasSize(sent - ended.size());
        }

        assertThat(ended).hasSize(2_000);
        assertThat(ended.values()).containsOnly(1);
        assertThat(held.called()).isZero();
    }

    private static void end(HeldRequests held, HeldRequest over, Map<String, Integer> ended) {
        held.remove(over);
        ended.merge(over.routed().request().id(), 1, Integer::sum);
    }

    private static HeldRequests held() {
        List<ModelEndpoint> zoo = new ArrayList<>();
        SHARES.forEach((model, share) -> zoo.add(endpoint(model, NO_SERVER, share)));
        Map<String, BacklogPolicy> backlogs =
                Map.of(
                        "newest", new BacklogPolicy(Order.NEWEST_FIRST, 0),
                        "shed", new BacklogPolicy(Order.OLDEST_FIRST, 20));
        return InferHarness.held(zoo, inference().backlogs(backlogs).build(), MAX_CALLED);
    }

    private static RoutedRequest request(int number, long now, Random random) {
        String model = List.of("a", "b", "c", "gone").get(random.nextInt(4));
        RoutedRequest routed = exploit("" + number, model);
        return with(
                routed,
                PromptRequestBuilder.builder(routed.request())
                        .sla(List.of("gold", "newest", "shed").get(random.nextInt(3)))
                        .sentAtMillis(now)
                        .timeoutMillis(random.nextInt(3) == 0 ? 1 + random.nextInt(100) : 0)
                        .build());
    }
}
