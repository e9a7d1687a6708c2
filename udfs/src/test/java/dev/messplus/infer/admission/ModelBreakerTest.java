package dev.messplus.infer.admission;

import static dev.messplus.fixture.Fixtures.breaker;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Which of the servers of a model is called. */
class ModelBreakerTest {

    private static final long OPEN_MILLIS = 1_000;

    private final AtomicLong now = new AtomicLong();
    private final List<String> refusals = new ArrayList<>();

    /** Each breaker opens after two failed calls. */
    private final ModelBreaker breaker =
            new ModelBreaker(
                    "a", List.of("a at x", "a at y", "a at z"), breaker(2, OPEN_MILLIS), now::get);

    @Test
    void serversWithAsManyCallsAreCalledInTurn() {
        List<Integer> called = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            ModelBreaker.Permission permission = breaker.tryAcquire();
            called.add(permission.server());
            permission.succeeded(1);
        }
        assertThat(called).containsExactly(0, 1, 2, 0, 1, 2);
    }

    @Test
    void theServerWithTheFewestCallsIsCalledNext() {
        List<ModelBreaker.Permission> held = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            held.add(breaker.tryAcquire());
        }
        assertThat(held)
                .extracting(ModelBreaker.Permission::server)
                .containsExactlyInAnyOrder(0, 0, 1, 1, 2, 2);
        ModelBreaker.Permission ended = held.get(3);
        ended.unused();
        ended.unused();

        assertThat(breaker.tryAcquire().server()).isEqualTo(ended.server());
    }

    @Test
    void aServerWhoseBreakerIsOpenIsLeftOut() {
        breaker.whenOpened(reason -> refusals.add(reason.getMessage()));
        ModelBreaker.Permission before = fail(1, 2);

        assertThat(before.isVoid()).isTrue();
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        assertThat(breaker.brokenServers()).isOne();
        assertThat(breaker.unavailableMillis()).isZero();
        assertThat(refusals).isEmpty();
        for (int i = 0; i < 6; i++) {
            assertThat(breaker.tryAcquire().server()).isNotEqualTo(1);
        }
    }

    @Test
    void theModelIsRefusedOnceNoServerMayBeCalled() {
        breaker.whenOpened(reason -> refusals.add(reason.getMessage()));
        fail(0, 2);
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(300));
        fail(1, 2);
        fail(2, 2);

        assertThat(breaker.tryAcquire()).isNull();
        assertThat(breaker.refuses()).isTrue();
        assertThat(breaker.brokenServers()).isEqualTo(3);
        assertThat(refusals)
                .containsExactly(
                        "a at z was not called: its circuit breaker is open for another 1000 ms,"
                                + " because it failed");
        assertThat(breaker.unavailableMillis()).isEqualTo(700);
        assertThat(breaker.refusal().getMessage())
                .startsWith(
                        "a at x was not called: its circuit breaker is open for another 700 ms");

        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(701));
        ModelBreaker.Permission trial = breaker.tryAcquire();
        assertThat(trial.server()).isZero();
        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
    }

    /** Fails calls of one server; returns a permission of it from before. */
    private ModelBreaker.Permission fail(int server, int calls) {
        List<ModelBreaker.Permission> others = new ArrayList<>();
        List<ModelBreaker.Permission> its = new ArrayList<>();
        while (its.size() <= calls) {
            ModelBreaker.Permission permission = breaker.tryAcquire();
            (permission.server() == server ? its : others).add(permission);
        }
        its.subList(0, calls).forEach(permission -> permission.failed(1, "it failed"));
        others.forEach(ModelBreaker.Permission::unused);
        its.get(calls).unused();
        return its.get(calls);
    }
}
