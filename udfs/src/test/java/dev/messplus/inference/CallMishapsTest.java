package dev.messplus.inference;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static dev.messplus.inference.Requests.completion;
import static dev.messplus.inference.Requests.exploit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.messplus.energy.meter.EnergyMeters;
import dev.messplus.record.InferenceOutcome;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.RoutedRequest;
import io.github.resilience4j.core.IntervalFunction;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What calls leave behind when something else than a server gives way. */
@Timeout(60)
class CallMishapsTest {

    @RegisterExtension
    static final WireMockExtension SERVERS =
            WireMockExtension.newInstance().options(wireMockConfig().dynamicPort()).build();

    /** Every request that falls back from a later model of the zoo to an earlier one. */
    @Test
    void aZooThatClosesCallsNobodyAnyMore() throws Exception {
        try (ModelServer first = ModelServer.dripping();
                ModelServer second = ModelServer.dripping()) {
            ModelZoo zoo =
                    ModelZoo.open(
                            List.of(
                                    Requests.model("a", first.base(), 64),
                                    Requests.model("b", second.base(), 64)),
                            Requests.config(30_000),
                            false);
            List<CompletableFuture<InferenceOutcome>> asked = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                asked.add(
                        new Inference(zoo, 30_000, (request, output) -> 1)
                                .infer(exploit("" + i, "b", "a")));
            }
            await().until(() -> second.inFlight.get() == 64);

            zoo.close();

            assertThat(zoo.callers().get("a").statistics().calls.sum()).isZero();
            CompletableFuture.allOf(asked.toArray(new CompletableFuture<?>[0]))
                    .get(5, TimeUnit.SECONDS);
            await().during(Duration.ofMillis(300)).until(() -> first.calls.get() == 0);
            assertThat(zoo.callers().get("a").statistics().calls.sum()).isZero();
        }
    }

    @Test
    void aZooThatClosesLeavesNobodyPausing() throws Exception {
        ModelEndpoint gone = Requests.model("a", "http://127.0.0.1:1", 4);
        InferenceConfig config =
                new InferenceConfig(
                        30_000, 1_000, 3, 10_000, 20_000, 10_000, BreakerConfig.defaults());
        ModelZoo zoo = ModelZoo.open(List.of(gone), config, false);
        CompletableFuture<InferenceOutcome> asked =
                new Inference(zoo, 30_000, (request, output) -> 1).infer(exploit("1", "a"));
        await().until(() -> zoo.callers().get("a").statistics().failures.sum() == 1);
        await().during(Duration.ofMillis(200)).until(() -> !asked.isDone());

        zoo.close();

        assertThat(asked.get(5, TimeUnit.SECONDS).response().status()).isEqualTo("failed");
    }

    /** Whoever reads it counts from when it comes, which is when the next model has answered. */
    @Test
    void howLongToLeaveAModelAloneIsToldAsOfTheOutcome() throws Exception {
        SERVERS.stubFor(
                post(urlEqualTo("/a/v1/chat/completions")).willReturn(aResponse().withStatus(500)));
        SERVERS.stubFor(
                post(urlEqualTo("/b/v1/chat/completions"))
                        .willReturn(okJson(completion("right", 100)).withFixedDelay(1_500)));
        InferenceConfig config =
                new InferenceConfig(
                        20_000, 1_000, 1, 10, 50, 10_000, new BreakerConfig(50, 1, 1, 2_000, 1));
        try (ModelZoo zoo =
                ModelZoo.open(Requests.zoo(SERVERS.baseUrl()).subList(0, 2), config, false)) {
            InferenceOutcome outcome =
                    new Inference(zoo, 20_000, (request, output) -> 1)
                            .infer(exploit("1", "a", "b"))
                            .get();

            assertThat(outcome.response().status()).isEqualTo("ok");
            Long left = outcome.feedback().get(0).unavailableMillis();
            assertThat(left == null ? 0 : left).isLessThan(1_000);
        }
    }

    @Test
    void aServerThatAsksForPeaceIsNotAskedAgainInTheNextRound() throws Exception {
        SERVERS.stubFor(
                post(urlEqualTo("/a/v1/chat/completions"))
                        .willReturn(aResponse().withStatus(429).withHeader("Retry-After", "120")));
        try (ModelZoo zoo =
                ModelZoo.open(
                        List.of(Requests.model("a", SERVERS.baseUrl(), 8)),
                        Requests.config(2_000),
                        false)) {
            new Inference(zoo, 2_000, (request, output) -> 1).infer(exploit("1", "a")).get();

            SERVERS.verify(1, postRequestedFor(urlEqualTo("/a/v1/chat/completions")));
        }
    }

    @Test
    void anAnswerOnWhichTheScorerOverflowsIsServedAllTheSame() throws Exception {
        SERVERS.stubFor(
                post(urlEqualTo("/a/v1/chat/completions"))
                        .willReturn(okJson(completion("right", 100))));
        try (ModelZoo zoo =
                ModelZoo.open(
                        List.of(Requests.model("a", SERVERS.baseUrl(), 8)),
                        Requests.config(5_000),
                        false)) {
            Scorer scorer =
                    (request, output) -> {
                        // As regular expressions do on long texts.
                        throw new StackOverflowError();
                    };

            InferenceOutcome outcome =
                    new Inference(zoo, 5_000, scorer).infer(exploit("1", "a")).get();

            assertThat(outcome.response().output()).isEqualTo("right");
        }
    }

    @Test
    void aCallThatCannotBeWrittenGivesItsSlotBack() throws Exception {
        SERVERS.stubFor(
                post(urlEqualTo("/a/v1/chat/completions"))
                        .willReturn(okJson(completion("right", 100))));
        try (ModelZoo zoo =
                ModelZoo.open(
                        List.of(Requests.model("a", SERVERS.baseUrl(), 1)),
                        Requests.config(5_000),
                        false)) {
            PromptRequest well = exploit("1", "a").request();
            PromptRequest without =
                    new PromptRequest("2", "gold", "hi", null, null, null, null, null, 8, 0);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
            assertThat(zoo.ask("a", without, 0, deadline).get().ok()).isFalse();

            assertThat(zoo.ask("a", well, 0, deadline).get().error()).isNull();
        }
    }

    /** As when no thread can be started for a moment; those of the pool end when they are idle. */
    @Test
    void anExecutorThatRefusesCostsNoSlot() throws Exception {
        SERVERS.stubFor(
                post(urlEqualTo("/a/v1/chat/completions"))
                        .willReturn(okJson(completion("right", 100))));
        ScheduledExecutorService pool = new ScheduledThreadPoolExecutor(4);
        AtomicBoolean refuses = new AtomicBoolean(true);
        ExecutorService executor =
                new ForkJoinPool(4) {
                    @Override
                    public void execute(Runnable task) {
                        if (refuses.getAndSet(false)) {
                            throw new OutOfMemoryError("unable to create native thread");
                        }
                        super.execute(task);
                    }
                };
        ModelEndpoint endpoint = Requests.model("a", SERVERS.baseUrl(), 1);
        HttpClient http = HttpClient.newBuilder().executor(pool).build();
        try (ModelCaller caller =
                new ModelCaller(
                        endpoint,
                        new ChatClient(http, pool, endpoint, 10_000),
                        EnergyMeters.open(Requests.CPU_TIME),
                        Requests.config(5_000),
                        IntervalFunction.of(10),
                        executor,
                        pool)) {
            PromptRequest request = exploit("1", "a").request();
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
            assertThat(caller.ask(request, 0, deadline).get().ok()).isFalse();

            assertThat(caller.ask(request, 0, deadline).get().error()).isNull();
        } finally {
            pool.shutdownNow();
        }
    }

    /** Deadlines end on the one thread that hedges start on. */
    @Test
    void aHedgeThatWaitsForTheRateLimitHoldsUpNoDeadline() throws Exception {
        try (ModelServer hanging = ModelServer.repeating(new CountDownLatch(1))) {
            ModelEndpoint endpoint =
                    new ModelEndpoint(
                            "a",
                            hanging.base() + "/a/v1",
                            "a",
                            new CallLimits(8, 1, 50),
                            null,
                            null,
                            Requests.CPU_TIME);
            try (ModelZoo zoo = ModelZoo.open(List.of(endpoint), Requests.config(60_000), false)) {
                long start = System.nanoTime();
                long deadline = start + TimeUnit.MILLISECONDS.toNanos(400);
                CompletableFuture<?>[] asked = new CompletableFuture<?>[8];
                for (int i = 0; i < asked.length; i++) {
                    RoutedRequest routed = exploit("" + i, "a");
                    asked[i] = zoo.ask("a", routed.request(), 0, deadline);
                }
                CompletableFuture.allOf(asked).get();

                assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start))
                        .isLessThan(2_000);
            }
        }
    }

    @Test
    void aPasswordInAUrlThatIsNoneIsNotQuoted() {
        for (String url : List.of("http://me:secret@my_host:8000/v1", "me:secret@host:8000/v1")) {
            assertThatThrownBy(
                            () ->
                                    new ModelEndpoint(
                                            "a",
                                            url,
                                            "a",
                                            CallLimits.inFlight(1),
                                            null,
                                            null,
                                            Requests.CPU_TIME))
                    .hasMessageNotContaining("secret");
        }
    }
}
