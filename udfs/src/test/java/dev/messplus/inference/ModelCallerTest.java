package dev.messplus.inference;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static dev.messplus.inference.Requests.completion;
import static dev.messplus.inference.Requests.exploit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.messplus.energy.EnergyAccount;
import dev.messplus.energy.EnergyMeter;
import dev.messplus.energy.EnergyReading;
import dev.messplus.energy.Usage;
import io.github.resilience4j.core.IntervalFunction;
import java.net.http.HttpClient;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every call begins and ends once on the meter, and what brought no answer is booked as that. */
@Timeout(60)
class ModelCallerTest {

    @RegisterExtension
    static final WireMockExtension SERVERS =
            WireMockExtension.newInstance().options(wireMockConfig().dynamicPort()).build();

    private final ExecutorService executor = Executors.newFixedThreadPool(4);
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final CountingMeter meter = new CountingMeter();

    @AfterEach
    void stop() {
        timer.shutdownNow();
        executor.shutdownNow();
    }

    @Test
    void failedAttemptsArePaidForBesideTheAnswer() throws Exception {
        String[] states = {"Started", "second", "third"};
        for (int i = 0; i < 3; i++) {
            SERVERS.stubFor(
                    post(urlEqualTo("/a/v1/chat/completions"))
                            .inScenario("flaky")
                            .whenScenarioStateIs(states[i])
                            .willReturn(
                                    i < 2
                                            ? aResponse().withStatus(503)
                                            : okJson(completion("right", 1)))
                            .willSetStateTo(states[Math.min(2, i + 1)]));
        }

        Answer answer = ask(CallLimits.inFlight(1), 30_000).get();

        assertThat(answer.attempts()).isEqualTo(3);
        assertThat(answer.energy().joules()).isEqualTo(5);
        assertThat(answer.failedJoules()).isEqualTo(4);
        meter.isSettled(3);
    }

    @Test
    void aCallThatIsGivenUpIsPaidForToo() throws Exception {
        SERVERS.stubFor(
                post(urlEqualTo("/a/v1/chat/completions"))
                        .willReturn(okJson(completion("late", 1)).withFixedDelay(20_000)));

        Answer answer = ask(CallLimits.inFlight(1), 200).get();

        assertThat(answer.ok()).isFalse();
        assertThat(answer.failedJoules()).isEqualTo(2);
        meter.isSettled(1);
    }

    @Test
    void theLoserOfAHedgeIsPaidForToo() throws Exception {
        SERVERS.stubFor(
                post(urlEqualTo("/a/v1/chat/completions"))
                        .inScenario("late")
                        .willReturn(okJson(completion("late", 1)).withFixedDelay(20_000))
                        .willSetStateTo("asked"));
        SERVERS.stubFor(
                post(urlEqualTo("/a/v1/chat/completions"))
                        .inScenario("late")
                        .whenScenarioStateIs("asked")
                        .willReturn(okJson(completion("right", 1))));

        Answer answer = ask(new CallLimits(2, 0, 50), 15_000).get();

        assertThat(answer.ok()).isTrue();
        assertThat(answer.energy().joules()).isEqualTo(5);
        assertThat(answer.failedJoules()).isEqualTo(2);
        meter.isSettled(2);
    }

    @Test
    void aCallThatIsNeverMadeCostsNothing() throws Exception {
        SERVERS.stubFor(
                post(urlEqualTo("/a/v1/chat/completions"))
                        .willReturn(okJson(completion("late", 1)).withFixedDelay(20_000)));
        ModelCaller caller = caller(CallLimits.inFlight(1));
        CompletableFuture<Answer> first = ask(caller, 10_000);
        await().until(() -> meter.ends.size() == 1);

        Answer second = ask(caller, 100).get();

        assertThat(second.failedJoules()).isZero();
        assertThat(second.attempts()).isZero();
        assertThat(first).isNotDone();
        caller.close();
        meter.isSettled(1);
    }

    private CompletableFuture<Answer> ask(CallLimits limits, long millis) {
        return ask(caller(limits), millis);
    }

    private static CompletableFuture<Answer> ask(ModelCaller caller, long millis) {
        return caller.ask(
                exploit("1", "a").request(),
                0,
                System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private ModelCaller caller(CallLimits limits) {
        ModelEndpoint endpoint =
                new ModelEndpoint(
                        "a",
                        SERVERS.baseUrl() + "/a/v1",
                        "a",
                        limits,
                        null,
                        null,
                        Requests.CPU_TIME);
        HttpClient http = HttpClient.newBuilder().executor(executor).build();
        ChatClient client = new ChatClient(http, executor, endpoint, 10_000);
        return new ModelCaller(
                endpoint,
                client,
                meter,
                Requests.config(30_000),
                IntervalFunction.of(10),
                executor,
                timer);
    }

    /** 5 J for an answer, 2 J for none. */
    private static final class CountingMeter implements EnergyMeter {

        /** For each call that began, how often it ended. */
        private final Queue<AtomicInteger> ends = new ConcurrentLinkedQueue<>();

        @Override
        public Span begin() {
            AtomicInteger end = new AtomicInteger();
            ends.add(end);
            return new Span() {
                @Override
                public EnergyReading answered(Usage usage) {
                    end.incrementAndGet();
                    return new EnergyReading(5, "counted");
                }

                @Override
                public double failed() {
                    end.incrementAndGet();
                    return 2;
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
        public void close() {}
    }
}
