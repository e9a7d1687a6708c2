package dev.messplus.infer;

import static dev.messplus.fixture.Fixtures.NO_SERVER;
import static dev.messplus.fixture.Fixtures.endpoint;
import static dev.messplus.fixture.Fixtures.exploit;
import static dev.messplus.fixture.Fixtures.inference;
import static dev.messplus.infer.InferHarness.NOW_MILLIS;
import static dev.messplus.infer.StubbedZoo.NO_TRUTH;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.fixture.Fixtures;
import dev.messplus.infer.config.ModelEndpoint;
import dev.messplus.record.Response;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
            harness.setProcessingTime(NOW_MILLIS + TIMEOUT_MILLIS);
            harness.await().until(() -> harness.answered().size() == 1);

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
                                200,
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

    @Test
    void aRequestThatReachedNoModelWaits() throws Exception {
        try (InferHarness harness = harness(100, endpoint("down", NO_SERVER, 2))) {
            harness.processElement(exploit("1", "down", "gone"), 1);

            harness.await()
                    .during(300, TimeUnit.MILLISECONDS)
                    .until(
                            () -> {
                                harness.setProcessingTime(harness.getProcessingTime() + 100);
                                return harness.answered().isEmpty();
                            });
        }
    }

    @Test
    void aServerThatHasTooManyCallsIsCalledUntilItHasFewer() throws Exception {
        try (ModelServer loads =
                        ModelServer.failingWhile(
                                503, server -> server.calls.get() <= 3 * MAX_ATTEMPTS);
                InferHarness harness = harness(loads)) {
            harness.processElement(exploit("1", "a"), 1);
            harness.endInput();

            assertThat(harness.extractOutputValues())
                    .extracting(outcome -> outcome.response().status())
                    .containsExactly(Response.OK);
        }
    }

    @Test
    void aRequestThatEveryServerRefusesFails() throws Exception {
        try (ModelServer refuses = ModelServer.failingWhile(503, server -> true);
                InferHarness harness = harness(refuses)) {
            harness.processElement(exploit("1", "a"), 1);
            harness.await().until(() -> wasCalled(harness, refuses, MAX_ATTEMPTS + 1));

            harness.setProcessingTime(NOW_MILLIS + TIMEOUT_MILLIS);
            harness.await().until(() -> harness.answered().size() == 1);

            Response response = harness.extractOutputValues().get(0).response();
            assertThat(response.status()).isEqualTo(Response.FAILED);
            assertThat(response.error()).contains("a answered 503");
        }
    }

    private static boolean wasCalled(InferHarness harness, ModelServer server, int times)
            throws Exception {
        harness.runMails();
        return server.calls.get() >= times;
    }

    private static InferHarness harness(ModelServer a) throws Exception {
        return harness(TIMEOUT_MILLIS, endpoint("a", a.base(), 6), endpoint("down", NO_SERVER, 2));
    }

    private static InferHarness harness(long timeoutMillis, ModelEndpoint... endpoints)
            throws Exception {
        InferHarness harness =
                new InferHarness(
                        new InferOperatorFactory(
                                List.of(endpoints),
                                inference()
                                        .maxAttempts(MAX_ATTEMPTS)
                                        .requestTimeoutMillis(timeoutMillis)
                                        .breaker(Fixtures.breaker(4, 100))
                                        .build(),
                                NO_TRUTH));
        harness.open();
        return harness;
    }
}
