package dev.messplus.infer;

import static dev.messplus.fixture.Fixtures.NO_SERVER;
import static dev.messplus.fixture.Fixtures.endpoint;
import static dev.messplus.fixture.Fixtures.exploit;
import static dev.messplus.fixture.Fixtures.inference;
import static dev.messplus.fixture.Fixtures.withTimeout;
import static dev.messplus.infer.InferHarness.NOW_MILLIS;
import static dev.messplus.infer.StubbedZoo.NO_SCORES;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.fixture.Fixtures;
import dev.messplus.infer.config.InferenceConfig;
import dev.messplus.infer.config.InferenceConfigBuilder;
import dev.messplus.infer.config.ModelEndpoint;
import dev.messplus.record.Response;
import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** For how long a request is waited with that models have failed. */
@Timeout(120)
class GivenUpTest {

    private static final int MAX_ATTEMPTS = 3;
    private static final long TIMEOUT_MILLIS = 5_000;

    @Test
    void aRequestThatOneModelFailedWaitsForTheOtherUpToTheTimeout() throws Exception {
        try (ModelServer rejects = ModelServer.failingWhile(400, server -> true);
                InferHarness harness = harness(rejects)) {
            harness.processElement(exploit("1", "a", "down"), 1);
            harness.await().until(() -> wasCalled(harness, rejects, 1));

            harness.setProcessingTime(NOW_MILLIS + TIMEOUT_MILLIS - 1);
            assertThat(harness.answered()).isEmpty();
            // The timeout begins when the task learns of the failure, which may be only now.
            harness.await()
                    .until(
                            () -> {
                                harness.setProcessingTime(
                                        harness.getProcessingTime() + TIMEOUT_MILLIS / 5);
                                return harness.answered().size() == 1;
                            });

            Response response = harness.extractOutputValues().get(0).response();
            assertThat(response.status()).isEqualTo(Response.FAILED);
            assertThat(response.error()).contains("a answered 400", "down could not be called");
        }
    }

    /** Each model that was not called before has its time, though another one took all of it. */
    @Test
    void aModelThatWasNotCalledYetIsTried() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (ModelServer rejects = ModelServer.failingWhile(400, server -> true);
                ModelServer hangs = ModelServer.repeating(never);
                ModelServer answers = ModelServer.repeating(new CountDownLatch(0));
                InferHarness harness =
                        harness(
                                config(200).build(),
                                endpoint("a", rejects.base(), 6),
                                endpoint("b", hangs.base(), 6),
                                endpoint("c", answers.base(), 6))) {
            harness.processElement(exploit("1", "a", "b", "c"), 1);
            harness.await().until(() -> wasCalled(harness, hangs, 1));
            harness.setProcessingTime(NOW_MILLIS + 200);
            harness.await().until(() -> harness.answered().size() == 1);
            never.countDown();

            Response response = harness.extractOutputValues().get(0).response();
            assertThat(response.status()).isEqualTo(Response.OK);
            assertThat(response.model()).isEqualTo("c");
        }
    }

    /** While all models are down, no request fails, however long that takes. */
    @Test
    void aRequestThatReachedNoModelWaits() throws Exception {
        int port = freePort();
        try (InferHarness harness = harness(config(TIMEOUT_MILLIS).build(), at("down", port))) {
            harness.processElement(exploit("1", "down"), 1);
            awaitNoAnswer(harness);

            assertIsAnsweredOnceItStarts(harness, port);
        }
    }

    /** llama.cpp answers 503 while it loads a model. */
    @Test
    void aRequestWhoseServersHaveTooManyCallsWaits() throws Exception {
        AtomicBoolean loads = new AtomicBoolean(true);
        try (ModelServer server = ModelServer.failingWhile(503, refusing -> loads.get());
                InferHarness harness =
                        harness(config(TIMEOUT_MILLIS).build(), endpoint("a", server.base(), 6))) {
            harness.processElement(exploit("1", "a"), 1);
            harness.await().until(() -> wasCalled(harness, server, MAX_ATTEMPTS + 1));
            awaitNoAnswer(harness);

            loads.set(false);
            harness.await().until(() -> harness.answered().size() == 1);

            assertThat(harness.extractOutputValues().get(0).response().status())
                    .isEqualTo(Response.OK);
        }
    }

    /** It waits for the model that cannot be reached, though another one has failed it for good. */
    @Test
    void aRequestOfABoundedRunWaits() throws Exception {
        int port = freePort();
        try (ModelServer rejects = ModelServer.failingWhile(400, server -> true);
                InferHarness harness =
                        harness(
                                config(TIMEOUT_MILLIS).bounded(true).build(),
                                endpoint("a", rejects.base(), 6),
                                at("down", port))) {
            harness.processElement(exploit("1", "a", "down"), 1);
            harness.await().until(() -> wasCalled(harness, rejects, 1));
            awaitNoAnswer(harness);

            assertIsAnsweredOnceItStarts(harness, port);
        }
    }

    @Test
    void aRequestWaitsForAsLongAsItsSenderSays() throws Exception {
        try (ModelServer rejects = ModelServer.failingWhile(400, server -> true);
                InferHarness harness =
                        harness(
                                config(TIMEOUT_MILLIS).build(),
                                endpoint("a", rejects.base(), 6),
                                endpoint("down", NO_SERVER, 2))) {
            harness.processElement(withTimeout(exploit("1", "a", "down"), 3_600_000), 1);
            harness.await().until(() -> wasCalled(harness, rejects, 1));
            awaitNoAnswer(harness);

            harness.setProcessingTime(NOW_MILLIS + 3_600_000);
            harness.await().until(() -> harness.answered().size() == 1);

            Response response = harness.extractOutputValues().get(0).response();
            assertThat(response.status()).isEqualTo(Response.FAILED);
            assertThat(response.error()).contains("a answered 400", "down could not be called");
        }
    }

    /** The timeout of a call passes several times. */
    private static void awaitNoAnswer(InferHarness harness) {
        harness.await()
                .during(300, TimeUnit.MILLISECONDS)
                .until(
                        () -> {
                            harness.setProcessingTime(harness.getProcessingTime() + TIMEOUT_MILLIS);
                            return harness.answered().isEmpty();
                        });
    }

    private static void assertIsAnsweredOnceItStarts(InferHarness harness, int port)
            throws Exception {
        try (ModelServer starts = ModelServer.repeatingAt(port)) {
            harness.await().until(() -> harness.answered().size() == 1);

            assertThat(starts.calls).hasValue(1);
            assertThat(harness.extractOutputValues().get(0).response().status())
                    .isEqualTo(Response.OK);
        }
    }

    /** Not one that the system gives to others meanwhile, nor another build takes. */
    private static int freePort() throws IOException {
        for (int port = ThreadLocalRandom.current().nextInt(20_000, 30_000); ; port++) {
            try (ServerSocket socket = new ServerSocket(port)) {
                return socket.getLocalPort();
            } catch (BindException taken) {
                // The next one may be free.
            }
        }
    }

    private static boolean wasCalled(InferHarness harness, ModelServer server, int times)
            throws Exception {
        harness.runMails();
        return server.calls.get() >= times;
    }

    private static InferHarness harness(ModelServer a) throws Exception {
        return harness(
                config(TIMEOUT_MILLIS).build(),
                endpoint("a", a.base(), 6),
                endpoint("down", NO_SERVER, 2));
    }

    private static InferHarness harness(InferenceConfig config, ModelEndpoint... endpoints)
            throws Exception {
        InferHarness harness =
                new InferHarness(new InferOperatorFactory(List.of(endpoints), config, NO_SCORES));
        harness.open();
        return harness;
    }

    private static InferenceConfigBuilder config(long timeoutMillis) {
        return inference()
                .maxAttempts(MAX_ATTEMPTS)
                .requestTimeoutMillis(timeoutMillis)
                .breaker(Fixtures.breaker(4, 100));
    }

    private static ModelEndpoint at(String model, int port) {
        return endpoint(model, "http://127.0.0.1:" + port, 2);
    }
}
