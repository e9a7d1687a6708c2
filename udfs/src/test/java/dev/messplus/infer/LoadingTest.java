package dev.messplus.infer;

import static dev.messplus.fixture.Fixtures.await;
import static dev.messplus.fixture.Fixtures.endpoint;
import static dev.messplus.fixture.Fixtures.exploit;
import static dev.messplus.fixture.Fixtures.oneAttempt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.record.InferenceOutcome;
import dev.messplus.record.Response;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Servers that load their model when it is called, and stop when the client leaves. */
@Timeout(120)
class LoadingTest {

    private static final long DEADLINE_MILLIS = 6_000;

    @RegisterExtension static final StubbedZoo ZOO = new StubbedZoo();

    @Test
    void aModelThatLoadsForMoreThanHalfOfTheDeadlineComesUp() throws Exception {
        ZOO.answers("b", "right", 1);
        try (ModelServer loading = ModelServer.loading(DEADLINE_MILLIS * 6 / 10)) {
            open(loading);

            Response first = ZOO.infer(exploit("1", "a", "b"), DEADLINE_MILLIS).response();

            assertThat(first.model()).isEqualTo("a");
            assertThat(first.output().text()).isEqualTo("right");
            assertThat(loading.hungUp).hasValue(0);
            assertThat(ZOO.infer(exploit("2", "a", "b"), DEADLINE_MILLIS).response().model())
                    .isEqualTo("a");
        }
    }

    @Test
    void otherRequestsLeaveTimeForTheNextModelMeanwhile() throws Exception {
        ZOO.answers("b", "right", 1);
        try (ModelServer hanging = ModelServer.repeating(new CountDownLatch(1))) {
            open(hanging);
            CompletableFuture<InferenceOutcome> waits =
                    ZOO.begin(exploit("1", "a", "b"), 5 * DEADLINE_MILLIS);
            await().until(() -> hanging.inFlight.get() == 1);

            Response other = ZOO.infer(exploit("2", "a", "b"), 2_000).response();

            assertThat(other.model()).isEqualTo("b");
            assertThat(waits).isNotDone();
        }
    }

    private static void open(ModelServer a) throws Exception {
        ZOO.open(
                oneAttempt().requestTimeoutMillis(DEADLINE_MILLIS).build(),
                endpoint("a", a.base()).build(),
                endpoint("b", ZOO.baseUrl()).build());
    }
}
