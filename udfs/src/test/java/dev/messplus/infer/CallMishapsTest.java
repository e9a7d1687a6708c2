package dev.messplus.infer;

import static dev.messplus.fixture.Fixtures.NO_SERVER;
import static dev.messplus.fixture.Fixtures.await;
import static dev.messplus.fixture.Fixtures.endpoint;
import static dev.messplus.fixture.Fixtures.exploit;
import static dev.messplus.fixture.Fixtures.inference;
import static dev.messplus.fixture.Fixtures.prompt;
import static dev.messplus.fixture.Fixtures.request;
import static dev.messplus.infer.StubbedZoo.PATIENCE_MILLIS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.infer.call.CalledModel;
import dev.messplus.infer.call.CalledModelBuilder;
import dev.messplus.infer.call.CalledServer;
import dev.messplus.record.InferenceOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What calls leave behind when something other than a server fails. */
@Timeout(120)
class CallMishapsTest {

    @RegisterExtension static final StubbedZoo ZOO = new StubbedZoo();

    /** Every request would fall back from a later model of the zoo to an earlier one. */
    @Test
    void aZooThatClosesMakesNoFurtherCalls() throws Exception {
        try (ModelServer first = ModelServer.dripping();
                ModelServer second = ModelServer.dripping()) {
            OpenZoo zoo =
                    ZOO.open(
                            inference().build(),
                            endpoint("a", first.base(), 64),
                            endpoint("b", second.base(), 64));
            List<CompletableFuture<InferenceOutcome>> asked = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                asked.add(ZOO.begin(exploit("" + i, "b", "a"), PATIENCE_MILLIS));
            }
            await().until(() -> second.inFlight.get() == 64);

            zoo.close();

            assertThat(ZOO.model("a").statistics().attempts.sum()).isZero();
            CompletableFuture.allOf(asked.toArray(new CompletableFuture<?>[0]))
                    .get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            // All requests have ended, so nothing is left that could make a call.
            assertThat(first.calls.get()).isZero();
            assertThat(ZOO.model("a").statistics().attempts.sum()).isZero();
        }
    }

    @Test
    void aZooThatClosesEndsPauses() throws Exception {
        OpenZoo zoo =
                ZOO.open(
                        inference().backoffInitialMillis(20_000).backoffMaxMillis(30_000).build(),
                        endpoint("a", NO_SERVER).build());
        CompletableFuture<InferenceOutcome> asked =
                ZOO.begin(exploit("1", "a"), 2 * PATIENCE_MILLIS);
        await().until(() -> ZOO.model("a").statistics().failedAttempts.sum() == 1);
        await().during(Duration.ofMillis(200)).until(() -> !asked.isDone());

        zoo.close();

        assertThat(asked.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS).response().status())
                .isEqualTo("failed");
    }

    @Test
    void aCallWhoseRequestCannotBeWrittenReleasesItsPermit() throws Exception {
        ZOO.answers("a", "right", 100);
        OpenZoo zoo = ZOO.open(inference().build(), endpoint("a", ZOO.baseUrl(), 1));

        assertThat(zoo.ask("a", prompt("2").messages(null).build(), PATIENCE_MILLIS).get().ok())
                .isFalse();

        assertThat(zoo.ask("a", request("1"), PATIENCE_MILLIS).get().error()).isNull();
    }

    /** As when no thread can be started for a moment; idle threads of the pool end. */
    @Test
    void anExecutorThatRejectsATaskReleasesThePermit() throws Exception {
        ZOO.answers("a", "right", 100);
        AtomicBoolean rejects = new AtomicBoolean(true);
        ExecutorService executor =
                new ForkJoinPool(4) {
                    @Override
                    public void execute(Runnable task) {
                        if (rejects.getAndSet(false)) {
                            throw new OutOfMemoryError("unable to create native thread");
                        }
                        super.execute(task);
                    }
                };
        OpenZoo zoo = ZOO.open(inference().build(), endpoint("a", ZOO.baseUrl(), 1));
        CalledServer server = new CalledServer(zoo.model("a").servers().get(0).client(), executor);
        CalledModel model =
                CalledModelBuilder.builder(zoo.model("a")).servers(List.of(server)).build();
        try {
            assertThat(zoo.ask(model, request("1"), PATIENCE_MILLIS).get().ok()).isFalse();

            assertThat(zoo.ask(model, request("1"), PATIENCE_MILLIS).get().error()).isNull();
        } finally {
            executor.shutdown();
        }
    }
}
