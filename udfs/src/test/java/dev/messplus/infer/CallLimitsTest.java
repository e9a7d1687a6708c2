package dev.messplus.infer;

import static dev.messplus.fixture.Fixtures.endpoint;
import static dev.messplus.fixture.Fixtures.inference;
import static dev.messplus.fixture.Fixtures.oneAttempt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.messplus.infer.call.Answer;
import dev.messplus.infer.config.CallLimits;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Rate limit and hedges, over real sockets. */
@Timeout(60)
class CallLimitsTest {

    @RegisterExtension static final StubbedZoo ZOO = new StubbedZoo();

    @Test
    void callsBeginNoFasterThanTheRateLimit() throws Exception {
        ZOO.answers("a", "right", 1);
        open(new CallLimits(8, 1, 0));

        // Within 200 ms, a limit of one call per second permits two at most.
        List<CompletableFuture<Answer>> asked = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            asked.add(ZOO.ask("a", 200));
        }
        List<Answer> answers = asked.stream().map(CompletableFuture::join).toList();

        assertThat(answers).filteredOn(Answer::ok).hasSizeBetween(1, 2);
        assertThat(answers)
                .filteredOn(answer -> !answer.ok())
                .allSatisfy(
                        answer -> {
                            assertThat(answer.attempts()).isZero();
                            assertThat(answer.error()).contains("callsPerSecond=1");
                        });
        assertThat(ZOO.places("a").breakerState()).isEqualTo(State.CLOSED);
    }

    @Test
    void aLateAnswerIsHedged() throws Exception {
        try (ModelServer server = ModelServer.hangingOnce()) {
            ZOO.open(
                    oneAttempt().build(),
                    endpoint("a", server.base()).limits(new CallLimits(2, 0, 50)).build());

            Answer answer = ZOO.ask("a").get();

            assertThat(answer.ok()).isTrue();
            assertThat(answer.attempts()).isEqualTo(2);
            assertThat(ZOO.model("a").statistics().hedges.sum()).isEqualTo(1);
            // Both permits have been released.
            CompletableFuture<Answer> third = ZOO.ask("a");
            assertThat(ZOO.ask("a").get().ok()).isTrue();
            assertThat(third.get().ok()).isTrue();
        }
    }

    @Test
    void anAnswerInTimeIsNotHedged() throws Exception {
        ZOO.answers("a", "right", 1);
        open(new CallLimits(2, 0, 30_000));

        assertThat(ZOO.ask("a").get().attempts()).isEqualTo(1);
        ZOO.verifyCalls(1, "a");
    }

    /** Deadlines end on the same thread that hedges start on. */
    @Test
    void aHedgeThatTheRateLimitRefusesDelaysNoDeadline() throws Exception {
        try (ModelServer hanging = ModelServer.repeating(new CountDownLatch(1))) {
            ZOO.open(
                    inference().requestTimeoutMillis(60_000).build(),
                    endpoint("a", hanging.base()).limits(new CallLimits(8, 1, 50)).build());
            long start = System.nanoTime();
            CompletableFuture<?>[] asked = new CompletableFuture<?>[8];
            for (int i = 0; i < asked.length; i++) {
                asked[i] = ZOO.ask("a", 400);
            }
            CompletableFuture.allOf(asked).get();

            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isLessThan(2_000);
        }
    }

    @Test
    void atLeastOneCallMustBePermitted() {
        assertThatThrownBy(() -> new CallLimits(0, 0, 0))
                .hasMessage("maxInFlight: must be at least 1, was 0");
    }

    private static void open(CallLimits limits) throws Exception {
        ZOO.open(oneAttempt().build(), endpoint("a", ZOO.baseUrl()).limits(limits).build());
    }
}
