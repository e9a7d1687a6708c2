package dev.messplus.infer.admission;

import static dev.messplus.fixture.Fixtures.NO_SERVER;
import static dev.messplus.fixture.Fixtures.endpoint;
import static dev.messplus.fixture.Fixtures.exploit;
import static dev.messplus.fixture.Fixtures.inference;
import static dev.messplus.fixture.Fixtures.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.RecordedMetrics;
import dev.messplus.fixture.Fixtures;
import dev.messplus.infer.config.BacklogPolicy;
import dev.messplus.infer.config.BacklogPolicy.Order;
import dev.messplus.infer.config.InferenceConfig;
import dev.messplus.infer.config.ModelEndpoint;
import dev.messplus.infer.deadline.Deadlines;
import dev.messplus.record.PromptRequestBuilder;
import dev.messplus.record.RoutedRequest;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever comes and goes, no budget is exceeded and no request is lost or called twice. */
class AdmissionTest {

    private static final int MAX_UNDER_WAY = 7;
    private static final Map<String, Integer> SHARES = Map.of("a", 5, "b", 3, "c", 1);

    private final ScheduledExecutorService timer = new ScheduledThreadPoolExecutor(1);
    private final AtomicInteger woken = new AtomicInteger();

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void budgetsHoldAndEveryRequestEndsOnce(long seed) {
        Random random = new Random(seed);
        Admission held = admission(zoo(), MAX_UNDER_WAY);
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
            if (blocked != null && held.hasRoomFor(blocked)) {
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
            assertThat(held.underWay()).isEqualTo(called.size()).isLessThanOrEqualTo(MAX_UNDER_WAY);
            held.queues()
                    .forEach(
                            (model, queue) -> {
                                assertThat(queue.underWay()).isLessThanOrEqualTo(SHARES.get(model));
                                assertThat(queue.places().inUse()).isEqualTo(queue.underWay());
                                assertThat(queue.waiting().size())
                                        .isLessThanOrEqualTo(SHARES.get(model));
                            });
            assertThat(held.all()).hasSize(sent - ended.size());
        }

        assertThat(ended).hasSize(2_000);
        assertThat(ended.values()).containsOnly(1);
        assertThat(held.underWay()).isZero();
    }

    @Test
    void aRequestBeginsWhenItsModelHasAPlace() {
        Admission admission = admission(List.of(endpoint("slow", NO_SERVER, 1)), 100);
        enqueue(admission, "slow", "s1", "s2", "s3");
        HeldRequest first = admission.next();
        assertThat(first.routed().request().id()).isEqualTo("s1");
        assertThat(admission.next()).isNull();

        Permit permit = first.takePermit("slow");
        admission.ended(first);
        // The request is over; its call holds the place until it ends.
        assertThat(admission.next()).isNull();
        assertThat(woken).hasValue(0);
        permit.release();

        assertThat(woken).hasValue(1);
        assertThat(admission.next().routed().request().id()).isEqualTo("s2");
    }

    @Test
    void aRequestWhoseModelRefusesCallsBeginsWithoutAPermit() {
        Admission admission = admission(List.of(endpoint("down", NO_SERVER, 100)), 100);
        enqueue(admission, "down", "1", "2");
        Permit permit = admission.next().takePermit("down");
        for (int i = 1; i < Fixtures.BREAKER.minCalls(); i++) {
            permit.failed(1, "it failed");
            permit.renew();
        }
        permit.failed(1, "it failed");
        assertThat(admission.places("down").breakerState()).isEqualTo(State.OPEN);

        HeldRequest second = admission.next();

        assertThat(second.routed().request().id()).isEqualTo("2");
        assertThat(second.takePermit("down")).isNull();
    }

    @Test
    void theModelWithTheFewestRequestsUnderWayIsNext() {
        Admission admission =
                admission(
                        List.of(endpoint("slow", NO_SERVER, 100), endpoint("fast", NO_SERVER, 100)),
                        3);
        enqueue(admission, "slow", "s1", "s2", "s3");
        HeldRequest first = admission.next();
        admission.next();
        admission.next();
        enqueue(admission, "slow", "s4");
        enqueue(admission, "fast", "f1");
        assertThat(admission.next()).isNull();

        admission.ended(first);

        assertThat(admission.next().routed().request().id()).isEqualTo("f1");
        assertThat(admission.next()).isNull();
    }

    /** Otherwise a checkpoint could wait for more than one call. */
    @Test
    void theModelThatKeepsTheOperatorFromReadingIsNext() {
        Admission admission =
                admission(List.of(endpoint("a", NO_SERVER, 2), endpoint("b", NO_SERVER, 3)), 3);
        List<HeldRequest> underWay = new ArrayList<>();
        for (String id : List.of("b1", "b2", "b3")) {
            enqueue(admission, "b", id);
            underWay.add(admission.next());
        }
        enqueue(admission, "b", "b4", "b5", "b6");
        enqueue(admission, "a", "a1");
        HeldRequest blocked = admission.add(exploit("b7", "b"), 0);
        assertThat(admission.hasRoomFor(blocked)).isFalse();

        admission.ended(underWay.get(0));

        assertThat(admission.next().routed().request().id()).isEqualTo("b4");
        assertThat(admission.hasRoomFor(blocked)).isTrue();
        admission.enqueue(blocked);
        admission.ended(underWay.get(1));
        assertThat(admission.next().routed().request().id()).isEqualTo("a1");
    }

    @Test
    void anSlaIsAnsweredInOrderOrTheNewestFirst() {
        assertThat(order(Order.OLDEST_FIRST)).isEqualTo("012345");
        assertThat(order(Order.NEWEST_FIRST)).isEqualTo("054321");
    }

    /** In which order requests begin, one at a time; the first before the others come. */
    private String order(Order order) {
        InferenceConfig config =
                inference()
                        .maxInFlight(1)
                        .backlogs(Map.of("gold", new BacklogPolicy(order, 0L)))
                        .build();
        Admission admission = admission(List.of(endpoint("a", NO_SERVER, 10)), config);
        enqueue(admission, "a", "0");
        HeldRequest next = admission.next();
        enqueue(admission, "a", "1", "2", "3", "4", "5");
        StringBuilder begun = new StringBuilder();
        while (next != null) {
            begun.append(next.routed().request().id());
            admission.ended(next);
            next = admission.next();
        }
        return begun.toString();
    }

    @Test
    void slasTakeTurns() {
        WaitingRoom room = new WaitingRoom();
        Admission admission = admission(List.of(), 1);
        int number = 0;
        for (String sla : List.of("big", "big", "big", "big", "small", "small")) {
            RoutedRequest routed = exploit("" + number++, "a");
            RoutedRequest ofSla =
                    with(routed, PromptRequestBuilder.builder(routed.request()).sla(sla).build());
            room.add(admission.add(ofSla, 0));
        }

        StringBuilder order = new StringBuilder();
        while (room.size() > 0) {
            order.append(room.poll(inference().build()).routed().request().id());
        }

        assertThat(order).hasToString("041523");
    }

    @Test
    void whatIsHeldIsReported() {
        RecordedMetrics recorded = new RecordedMetrics();
        Admission admission = admission(List.of(endpoint("slow", NO_SERVER, 2)), 3);
        ByteBudget budget = new ByteBudget(1_000);
        AdmissionMetrics metrics =
                new AdmissionMetrics(recorded.group().getOrAddOperator("infer"), admission, budget);
        for (int i = 0; i < 3; i++) {
            enqueue(admission, "slow", "" + i);
            HeldRequest unused = admission.next();
        }
        ByteBudget.Lease unused = budget.take(70);
        metrics.expired();

        assertThat(recorded.value("inFlight")).isEqualTo(2);
        assertThat(recorded.value("maxInFlight")).isEqualTo(3);
        assertThat(recorded.value("inFlightBytes")).isEqualTo(70);
        assertThat(recorded.value("maxInFlightBytes")).isEqualTo(1_000);
        assertThat(recorded.value("expired")).isEqualTo(1);
        assertThat(recorded.value("model.slow.inFlight")).isEqualTo(2);
        assertThat(recorded.value("model.slow.maxInFlight")).isEqualTo(2);
        assertThat(recorded.value("model.slow.waiting")).isEqualTo(1);
    }

    private static void enqueue(Admission admission, String model, String... ids) {
        for (String id : ids) {
            admission.enqueue(admission.add(exploit(id, model), 0));
        }
    }

    private static void end(Admission held, HeldRequest over, Map<String, Integer> ended) {
        held.remove(over);
        ended.merge(over.routed().request().id(), 1, Integer::sum);
    }

    private static List<ModelEndpoint> zoo() {
        List<ModelEndpoint> zoo = new ArrayList<>();
        SHARES.forEach((model, share) -> zoo.add(endpoint(model, NO_SERVER, share)));
        return zoo;
    }

    private Admission admission(List<ModelEndpoint> zoo, int maxUnderWay) {
        Map<String, BacklogPolicy> backlogs =
                Map.of(
                        "newest", new BacklogPolicy(Order.NEWEST_FIRST, 0L),
                        "shed", new BacklogPolicy(Order.OLDEST_FIRST, 20L));
        return admission(zoo, inference().backlogs(backlogs).maxInFlight(maxUnderWay).build());
    }

    private Admission admission(List<ModelEndpoint> zoo, InferenceConfig config) {
        return new Admission(zoo, config, Share.ALL, new Deadlines(timer), woken::incrementAndGet);
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
