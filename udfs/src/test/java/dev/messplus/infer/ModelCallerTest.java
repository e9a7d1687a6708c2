package dev.messplus.infer;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static dev.messplus.fixture.Fixtures.FOREVER_MILLIS;
import static dev.messplus.fixture.Fixtures.await;
import static dev.messplus.fixture.Fixtures.completion;
import static dev.messplus.fixture.Fixtures.endpoint;
import static dev.messplus.fixture.Fixtures.inference;
import static dev.messplus.fixture.Fixtures.request;
import static dev.messplus.infer.ModelCaller.SWEEP_MILLIS;
import static dev.messplus.infer.StubbedZoo.PATIENCE_MILLIS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import dev.messplus.energy.EnergyAccount;
import dev.messplus.energy.EnergyCharge;
import dev.messplus.energy.EnergyMeter;
import dev.messplus.energy.EnergyReading;
import dev.messplus.energy.Usage;
import dev.messplus.trace.Tracing;
import io.github.resilience4j.core.IntervalFunction;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every attempt begins and ends once on the meter, and its energy is accounted for. */
@Timeout(120)
class ModelCallerTest {

    @RegisterExtension static final StubbedZoo SERVERS = new StubbedZoo();

    private final ExecutorService executor = Executors.newFixedThreadPool(4);
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    private final CountingMeter meter = new CountingMeter();

    @AfterEach
    void stop() {
        timer.shutdownNow();
        executor.shutdownNow();
    }

    @Test
    void failedAttemptsAreChargedBesideTheAnswer() throws Exception {
        SERVERS.stub("a", aResponse().withStatus(503));
        IntervalFunction recovering =
                attempt -> {
                    if (attempt == 2) {
                        SERVERS.answers("a", "right", 1);
                    }
                    return 10L;
                };
        ModelCaller caller = caller(recovering);

        Answer answer = ask(caller).get();

        assertThat(answer.attempts()).isEqualTo(3);
        assertThat(answer.energy().joules()).isEqualTo(5);
        assertThat(answer.failed().joules()).isEqualTo(4);
        meter.isSettled(3);
    }

    @Test
    void aCallThatIsGivenUpIsCharged() throws Exception {
        SERVERS.stub("a", late());

        Answer answer = ask(caller(), 200).get();

        assertThat(answer.ok()).isFalse();
        assertThat(answer.failed().joules()).isEqualTo(2);
        meter.isSettled(1);
    }

    @Test
    void aPauseThatIsGivenUpMakesNoFurtherAttempt() throws Exception {
        SERVERS.stub("a", aResponse().withStatus(503));
        CountDownLatch pausing = new CountDownLatch(1);
        ModelCaller caller =
                caller(
                        attempt -> {
                            pausing.countDown();
                            return 20_000L;
                        });
        CompletableFuture<Answer> asked = ask(caller);
        pausing.await();
        caller.close();

        Answer answer = asked.get();

        assertThat(answer.error()).contains("the job is stopping");
        assertThat(answer.attempts()).isEqualTo(1);
        meter.isSettled(1);
    }

    @Test
    void anAttemptThatBeginsAsItsPauseBeginsIsGivenUpAtTheDeadline() throws Exception {
        SERVERS.stubInTurn("a", aResponse().withStatus(503), late());
        ScheduledExecutorService hurried =
                new ScheduledThreadPoolExecutor(2) {
                    @Override
                    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
                        ScheduledFuture<?> scheduled = super.schedule(task, delay, unit);
                        if (unit == TimeUnit.MILLISECONDS) {
                            // The thread that pauses is slower than the pause.
                            await().until(() -> meter.ends.size() == 2);
                        }
                        return scheduled;
                    }
                };
        try {
            ModelCaller caller =
                    caller(endpoint("a", SERVERS.baseUrl(), 1), IntervalFunction.of(10), hurried);

            Answer answer = ask(caller, 2_000).get();

            assertThat(answer.error()).contains("gave no answer within");
            assertThat(answer.failed().joules()).isEqualTo(4);
            meter.isSettled(2);
        } finally {
            hurried.shutdownNow();
        }
    }

    @Test
    void deadlinesOfAllCallsAreLookedForByOneTask() throws Exception {
        SERVERS.stub("a", late());
        ModelCaller caller =
                caller(endpoint("a", SERVERS.baseUrl(), 8), IntervalFunction.of(10), timer);

        CompletableFuture<Answer> first = ask(caller, 1_500);
        CompletableFuture<Answer> second = ask(caller, 2_000);
        CompletableFuture<Answer> third = ask(caller);
        assertThat(timer.getQueue()).hasSizeLessThanOrEqualTo(1);

        assertThat(first.get().error()).contains("gave no answer within");
        assertThat(second.get().error()).contains("gave no answer within");
        assertThat(third).isNotDone();
        caller.close();
        assertThat(third.get().error()).contains("the job is stopping");
        await().untilAsserted(() -> assertThat(timer.getQueue()).isEmpty());
    }

    /** So that the next model has the time that is left. */
    @Test
    void aNearDeadlineHasATimerOfItsOwn() throws Exception {
        SERVERS.stub("a", late());
        List<Long> delaysMillis = new CopyOnWriteArrayList<>();
        ScheduledExecutorService recording =
                new ScheduledThreadPoolExecutor(1) {
                    @Override
                    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
                        delaysMillis.add(unit.toMillis(delay));
                        return super.schedule(task, delay, unit);
                    }
                };
        try (ModelCaller caller =
                caller(endpoint("a", SERVERS.baseUrl(), 8), IntervalFunction.of(10), recording)) {
            CompletableFuture<Answer> far = ask(caller);
            assertThat(delaysMillis).containsOnly(SWEEP_MILLIS);

            Answer near = ask(caller, 900).get();

            assertThat(near.error()).contains("gave no answer within");
            assertThat(delaysMillis).anyMatch(delay -> delay != SWEEP_MILLIS);
            assertThat(far).isNotDone();
        } finally {
            recording.shutdownNow();
        }
    }

    /** As when no thread can be started for a moment. */
    @Test
    void aTimerThatFailsOnceDelaysDeadlinesUntilTheNextCall() throws Exception {
        SERVERS.stub("a", late());
        AtomicBoolean fails = new AtomicBoolean(true);
        ScheduledExecutorService failing =
                new ScheduledThreadPoolExecutor(1) {
                    @Override
                    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
                        if (fails.getAndSet(false)) {
                            throw new OutOfMemoryError("unable to create native thread");
                        }
                        return super.schedule(task, delay, unit);
                    }
                };
        try (ModelCaller caller =
                caller(endpoint("a", SERVERS.baseUrl(), 8), IntervalFunction.of(10), failing)) {
            assertThatThrownBy(() -> ask(caller, 100)).isInstanceOf(OutOfMemoryError.class);

            assertThat(ask(caller, 100).get(30, TimeUnit.SECONDS).error())
                    .contains("gave no answer within");
            await().until(() -> caller.statistics().failures.sum() == 2);
        } finally {
            failing.shutdownNow();
        }
    }

    @Test
    void theLoserOfAHedgeIsCharged() throws Exception {
        try (ModelServer server = ModelServer.hangingOnce()) {
            ModelEndpoint hedged =
                    endpoint("a", server.base()).limits(new CallLimits(2, 0, 50)).build();

            Answer answer = ask(caller(hedged, IntervalFunction.of(10), timer)).get();

            assertThat(answer.ok()).isTrue();
            assertThat(answer.energy().joules()).isEqualTo(5);
            assertThat(answer.failed().joules()).isEqualTo(2);
            meter.isSettled(2);
        }
    }

    @Test
    void aCallThatIsNeverMadeIsNotCharged() throws Exception {
        SERVERS.stub("a", late());
        ModelCaller caller = caller();
        CompletableFuture<Answer> first = ask(caller);
        await().until(() -> meter.ends.size() == 1);

        Answer second = ask(caller, 100).get();

        assertThat(second.failed().joules()).isZero();
        assertThat(second.attempts()).isZero();
        assertThat(first).isNotDone();
        caller.close();
        meter.isSettled(1);
    }

    private static ResponseDefinitionBuilder late() {
        return okJson(completion("late", 1)).withFixedDelay(30_000);
    }

    @Test
    void whatCannotBeClosedKeepsNothingElseOpen() throws Exception {
        meter.failsToClose = true;
        ModelZoo zoo = new ModelZoo(inference().build());
        zoo.add("a", caller());
        zoo.add("b", caller());
        CompletableFuture<Void> pause = zoo.pause(FOREVER_MILLIS);

        assertThatThrownBy(zoo::close)
                .hasMessage("meter")
                .satisfies(failure -> assertThat(failure.getSuppressed()).hasSize(1));

        assertThat(executor.isShutdown()).isTrue();
        assertThat(pause).isCompleted();
    }

    private static CompletableFuture<Answer> ask(ModelCaller caller) {
        return ask(caller, PATIENCE_MILLIS);
    }

    private static CompletableFuture<Answer> ask(ModelCaller caller, long millis) {
        return caller.ask(Question.first(request("1"), StubbedZoo.deadline(millis)));
    }

    /** Calls a model that permits one call at a time. */
    private ModelCaller caller() throws IOException {
        return caller(IntervalFunction.of(10));
    }

    private ModelCaller caller(IntervalFunction backoff) throws IOException {
        return caller(endpoint("a", SERVERS.baseUrl(), 1), backoff, timer);
    }

    private ModelCaller caller(
            ModelEndpoint endpoint, IntervalFunction backoff, ScheduledExecutorService clock)
            throws IOException {
        InferenceConfig config = inference().build();
        ModelConnections connections = ModelConnections.open(endpoint, config);
        return new ModelCaller(
                ModelResourcesBuilder.builder()
                        .endpoint(endpoint)
                        .client(new ChatClient(connections, endpoint, config))
                        .gate(new ModelGate("a", endpoint.limits(), config.breaker(), clock))
                        .latency(new ModelLatency(config.requestTimeoutMillis()))
                        .coldStart(new ColdStart(System::nanoTime))
                        .meter(meter)
                        .statistics(new ModelStatistics())
                        .config(config)
                        .backoff(backoff)
                        .executor(executor)
                        .timer(clock)
                        .spans(new CallSpans(Tracing.off(), endpoint))
                        .build(),
                () -> {
                    connections.close();
                    executor.shutdown();
                });
    }

    /** 5 J for an answer, 2 J for none. */
    private static final class CountingMeter implements EnergyMeter {

        /** For each call that began, how often it ended. */
        private final Queue<AtomicInteger> ends = new ConcurrentLinkedQueue<>();

        private boolean failsToClose;

        @Override
        public Span begin(int promptTokens) {
            AtomicInteger end = new AtomicInteger();
            ends.add(end);
            return new Span() {
                @Override
                public EnergyCharge answered(Usage usage) {
                    return charge(5);
                }

                @Override
                public EnergyCharge failed() {
                    return charge(2);
                }

                @Override
                public void unreached() {
                    end.incrementAndGet();
                }

                private EnergyCharge charge(double joules) {
                    end.incrementAndGet();
                    return EnergyCharge.of(new EnergyReading(joules, "counted"));
                }
            };
        }

        void isSettled(int calls) {
            assertThat(ends).hasSize(calls).allSatisfy(times -> assertThat(times).hasValue(1));
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public List<EnergyAccount> accounts() {
            return List.of();
        }

        @Override
        public void close() {
            if (failsToClose) {
                throw new IllegalStateException("meter");
            }
        }
    }
}
