package dev.messplus.infer;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static dev.messplus.fixture.Fixtures.FOREVER_MILLIS;
import static dev.messplus.fixture.Fixtures.await;
import static dev.messplus.fixture.Fixtures.breaker;
import static dev.messplus.fixture.Fixtures.completion;
import static dev.messplus.fixture.Fixtures.endpoint;
import static dev.messplus.fixture.Fixtures.exploit;
import static dev.messplus.fixture.Fixtures.inference;
import static dev.messplus.fixture.Fixtures.oneAttempt;
import static dev.messplus.fixture.Fixtures.withTimeout;
import static dev.messplus.infer.StubbedZoo.NO_SCORES;
import static dev.messplus.infer.StubbedZoo.PATIENCE_MILLIS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.infer.call.Answer;
import dev.messplus.infer.call.ModelLatency;
import dev.messplus.record.InferenceOutcome;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which failures open the circuit breaker of a model, and what follows. */
@Timeout(120)
class CircuitBreakerTest {

    @RegisterExtension static final StubbedZoo ZOO = new StubbedZoo();

    @Test
    void aModelThatKeepsFailingIsNotCalled() throws Exception {
        ZOO.stub("a", aResponse().withStatus(500));
        ZOO.open(oneAttempt().breaker(breaker(4)).build());

        for (int i = 0; i < 4; i++) {
            assertThat(ZOO.ask("a").get().error()).isEqualTo("a answered 500");
        }
        Answer refused = ZOO.ask("a").get();

        assertThat(refused.attempts()).isZero();
        assertThat(refused.error())
                .matches(
                        "a was not called: its circuit breaker is open for another \\d+ ms, because calls fail with 500");
        assertThat(refused.unavailableMillis()).isBetween(1L, FOREVER_MILLIS);
        assertThat(state()).isEqualTo(State.OPEN);
        ZOO.verifyCalls(4, "a");
    }

    @Test
    void theFailureThatOpensTheBreakerSaysSo() throws Exception {
        ZOO.stub("a", aResponse().withStatus(503));
        ZOO.open(oneAttempt().breaker(breaker(4)).build());

        for (int i = 0; i < 3; i++) {
            assertThat(ZOO.ask("a").get().unavailableMillis()).isZero();
        }
        assertThat(ZOO.ask("a").get().unavailableMillis()).isPositive();
    }

    @Test
    void theTimeoutThatOpensTheBreakerSaysSo() throws Exception {
        try (ModelServer hanging = ModelServer.repeating(new CountDownLatch(1))) {
            ZOO.open(
                    oneAttempt().requestTimeoutMillis(1_000).breaker(breaker(1)).build(),
                    endpoint("a", hanging.base(), 1));

            assertThat(ZOO.ask("a", 1_000).get().unavailableMillis()).isPositive();
        }
    }

    @Test
    void invalidRequestsDoNotBlameTheServer() throws Exception {
        ZOO.stub("a", aResponse().withStatus(422));
        ZOO.open(oneAttempt().breaker(breaker(4)).build());

        for (int i = 0; i < 12; i++) {
            assertThat(ZOO.ask("a").get().attempts()).isEqualTo(1);
        }
        assertThat(state()).isEqualTo(State.CLOSED);
    }

    @Test
    void aModelThatRecoversIsCalledAgain() throws Exception {
        ZOO.stub("a", aResponse().withStatus(500));
        ZOO.open(oneAttempt().breaker(breaker(4, 50)).build());
        for (int i = 0; i < 4; i++) {
            ZOO.ask("a").get();
        }
        assertThat(state()).isEqualTo(State.OPEN);

        ZOO.answers("a", "right", 1);

        await().until(() -> ZOO.ask("a").get().ok());
        assertThat(state()).isEqualTo(State.CLOSED);
        assertThat(ZOO.places("a").unavailableMillis()).isZero();
    }

    /** Under 2,000 requests a second, each of which another model may answer instead. */
    @Test
    void aServerThatFailsForATenthOfASecondAnswersMostRequestsOfTheNextOne() throws Exception {
        int requests = 2_000;
        AtomicLong downUntil = new AtomicLong(System.nanoTime());
        try (ModelServer small =
                        ModelServer.failingWhile(() -> System.nanoTime() - downUntil.get() < 0);
                ModelServer large = ModelServer.repeating(new CountDownLatch(0));
                InferHarness harness =
                        new InferHarness(
                                new InferOperatorFactory(
                                        List.of(
                                                endpoint("small", small.base(), 400),
                                                endpoint("large", large.base(), 400)),
                                        inference().build(),
                                        NO_SCORES))) {
            harness.open();
            for (int i = 0; i < requests; i++) {
                if (i == requests / 10) {
                    downUntil.set(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(100));
                }
                harness.processElement(exploit("" + i, "small", "large"), i);
                if (i % 100 == 0) {
                    harness.runMails();
                }
                LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(500));
            }
            harness.endInput();

            assertThat(harness.extractOutputValues().stream().map(o -> o.response().model()))
                    .hasSize(requests)
                    .filteredOn("small"::equals)
                    .hasSizeGreaterThan(requests / 2);
        }
    }

    @Test
    void whenTheBreakerOpensWaitingCallsAreRefused() throws Exception {
        try (ModelServer hanging = ModelServer.repeating(new CountDownLatch(1))) {
            ZOO.open(
                    oneAttempt().requestTimeoutMillis(1_000).breaker(breaker(1)).build(),
                    endpoint("a", hanging.base(), 1));
            CompletableFuture<Answer> first = ZOO.ask("a", 1_000);
            await().until(() -> hanging.inFlight.get() == 1);
            CompletableFuture<Answer> waiting = ZOO.ask("a", 2 * PATIENCE_MILLIS);

            assertThat(first.get().error()).contains("gave no answer within");
            assertThat(waiting.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS).error())
                    .contains("breaker is open");
        }
    }

    @Test
    void hurriedRequestsDoNotOpenTheBreaker() throws Exception {
        try (ModelServer hanging = ModelServer.repeating(new CountDownLatch(1))) {
            ZOO.open(
                    oneAttempt().requestTimeoutMillis(60_000).breaker(breaker(4)).build(),
                    endpoint("a", hanging.base()).build());
            for (int i = 0; i < 8; i++) {
                InferenceOutcome hurried = ZOO.infer(withTimeout(exploit("" + i, "a"), 500));
                assertThat(hurried.response().attempts()).isEqualTo(1);
            }
            assertThat(state()).isEqualTo(State.CLOSED);
        }
    }

    /** Clients that wait for less time than answers take. */
    @Test
    void sixteenImpatientRequestsDoNotOpenTheBreaker() throws Exception {
        ZOO.stub("a", okJson(completion("right", 1)).withFixedDelay(3_000));
        ZOO.open(
                oneAttempt().requestTimeoutMillis(60_000).build(),
                endpoint("a", ZOO.baseUrl(), 16));
        List<CompletableFuture<InferenceOutcome>> asked = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            asked.add(ZOO.begin(withTimeout(exploit("" + i, "a"), 2_200), 60_000));
        }

        for (CompletableFuture<InferenceOutcome> outcome : asked) {
            assertThat(outcome.get().response().status()).isEqualTo("failed");
        }
        assertThat(state()).isEqualTo(State.CLOSED);
        assertThat(ZOO.infer(exploit("patient", "a")).response().status()).isEqualTo("ok");
    }

    /** As of 60 s a model that takes 36 s. */
    @Test
    void answersThatTakeMoreThanHalfOfTheDeadlineDoNotOpenTheBreaker() throws Exception {
        ZOO.stub("a", okJson(completion("right", 1)).withFixedDelay(2_400));
        ZOO.answers("b", "right", 1);
        ZOO.open(oneAttempt().requestTimeoutMillis(4_000).breaker(breaker(4)).build());
        List<CompletableFuture<InferenceOutcome>> asked = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            asked.add(ZOO.begin(exploit("" + i, "a", "b"), 4_000));
        }

        for (CompletableFuture<InferenceOutcome> outcome : asked) {
            assertThat(outcome.get().response().status()).isEqualTo("ok");
        }
        assertThat(state()).isEqualTo(State.CLOSED);
    }

    @Test
    void requestsWithADeadlineOfTheirOwnOpenTheBreakerOfAModelThatUsedToAnswer() throws Exception {
        try (ModelServer hanging = ModelServer.hangingAfter(ModelLatency.MIN_ANSWERS);
                ModelServer other = ModelServer.repeating(new CountDownLatch(0))) {
            ZOO.open(
                    oneAttempt().requestTimeoutMillis(60_000).breaker(breaker(4)).build(),
                    endpoint("a", hanging.base()).build(),
                    endpoint("b", other.base()).build());
            for (int i = 0; i < ModelLatency.MIN_ANSWERS; i++) {
                assertThat(ZOO.ask("a").get().ok()).isTrue();
            }
            List<CompletableFuture<InferenceOutcome>> asked = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                asked.add(ZOO.begin(withTimeout(exploit("" + i, "a", "b"), 20_000), 60_000));
            }

            for (CompletableFuture<InferenceOutcome> outcome : asked) {
                assertThat(outcome.get().response().model()).isEqualTo("b");
            }
            assertThat(state()).isEqualTo(State.OPEN);
        }
    }

    @Test
    void aModelThatHangsFromItsFirstCallOnIsFound() throws Exception {
        ZOO.answers("b", "right", 1);
        try (ModelServer hanging = ModelServer.repeating(new CountDownLatch(1))) {
            ZOO.open(
                    oneAttempt().requestTimeoutMillis(2_000).breaker(breaker(4)).build(),
                    endpoint("a", hanging.base()).build(),
                    endpoint("b", ZOO.baseUrl()).build());
            CompletableFuture<InferenceOutcome> first = ZOO.begin(exploit("0", "a", "b"), 2_000);
            await().until(() -> hanging.inFlight.get() == 1);
            assertThat(ZOO.infer(exploit("1", "a", "b"), 2_000).response().model()).isEqualTo("b");
            assertThat(state()).isEqualTo(State.CLOSED);
            first.get();

            await().until(
                            () -> {
                                ZOO.infer(exploit("2", "a", "b"), 2_000);
                                return state() == State.OPEN;
                            });
        }
    }

    private static State state() {
        return ZOO.places("a").breakerState();
    }
}
