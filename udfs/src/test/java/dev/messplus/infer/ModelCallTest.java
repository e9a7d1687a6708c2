package dev.messplus.infer;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static dev.messplus.fixture.Fixtures.FOREVER_MILLIS;
import static dev.messplus.fixture.Fixtures.await;
import static dev.messplus.fixture.Fixtures.completion;
import static dev.messplus.fixture.Fixtures.endpoint;
import static dev.messplus.fixture.Fixtures.inference;
import static dev.messplus.fixture.Fixtures.request;
import static dev.messplus.infer.StubbedZoo.PATIENCE_MILLIS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import dev.messplus.energy.EnergyAccount;
import dev.messplus.energy.EnergyCharge;
import dev.messplus.energy.EnergyMeter;
import dev.messplus.energy.EnergyReading;
import dev.messplus.energy.Usage;
import dev.messplus.infer.call.Answer;
import dev.messplus.infer.config.CallLimits;
import dev.messplus.infer.config.ModelEndpoint;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every attempt begins and ends once on the meter, and its energy is accounted for. */
@Timeout(120)
class ModelCallTest {

    @RegisterExtension static final StubbedZoo SERVERS = new StubbedZoo();

    private OpenZoo zoo;
    private final CountingMeter meter = new CountingMeter();

    @AfterEach
    void stop() throws Exception {
        if (zoo != null) {
            zoo.close();
        }
    }

    @Test
    void failedAttemptsAreChargedBesideTheAnswer() throws Exception {
        SERVERS.stubInTurn(
                "a",
                aResponse().withStatus(503),
                aResponse().withStatus(503),
                okJson(completion("right", 1)));
        open();

        Answer answer = ask().get();

        assertThat(answer.attempts()).isEqualTo(3);
        assertThat(answer.metered().energy().joules()).isEqualTo(5);
        assertThat(answer.metered().energy().failedJoules()).isEqualTo(4);
        meter.isSettled(3);
    }

    @Test
    void aCallThatIsGivenUpIsCharged() throws Exception {
        SERVERS.stub("a", late());

        open();

        Answer answer = ask(200).get();

        assertThat(answer.ok()).isFalse();
        assertThat(answer.metered().energy().failedJoules()).isEqualTo(2);
        meter.isSettled(1);
    }

    @Test
    void aPauseThatIsGivenUpMakesNoFurtherAttempt() throws Exception {
        SERVERS.stub("a", aResponse().withStatus(503).withHeader("Retry-After", "20"));
        open();
        CompletableFuture<Answer> asked = ask();
        await().until(() -> zoo.model("a").statistics().failedAttempts.sum() == 1);
        await().during(Duration.ofMillis(200)).until(() -> !asked.isDone());

        zoo.close();

        Answer answer = asked.get();
        assertThat(answer.error()).contains("the job is stopping");
        assertThat(answer.attempts()).isEqualTo(1);
        meter.isSettled(1);
    }

    @Test
    void theLoserOfAHedgeIsCharged() throws Exception {
        try (ModelServer server = ModelServer.hangingOnce()) {
            ModelEndpoint hedged =
                    endpoint("a", server.base()).limits(new CallLimits(2, 0, 50)).build();

            open(hedged);

            Answer answer = ask().get();

            assertThat(answer.ok()).isTrue();
            assertThat(answer.metered().energy().joules()).isEqualTo(5);
            assertThat(answer.metered().energy().failedJoules()).isEqualTo(2);
            meter.isSettled(2);
        }
    }

    @Test
    void aCallThatIsNeverMadeIsNotCharged() throws Exception {
        SERVERS.stub("a", late());
        open();
        CompletableFuture<Answer> first = ask();
        await().until(() -> meter.ends.size() == 1);

        Answer second = ask(100).get();

        assertThat(second.metered().energy().failedJoules()).isZero();
        assertThat(second.attempts()).isZero();
        assertThat(first).isNotDone();
        zoo.close();
        meter.isSettled(1);
    }

    private static ResponseDefinitionBuilder late() {
        return okJson(completion("late", 1)).withFixedDelay(30_000);
    }

    @Test
    void whatCannotBeClosedKeepsNothingElseOpen() throws Exception {
        meter.failsToClose = true;
        ModelZoo failing = new ModelZoo(inference().build());
        failing.add(endpoint("a", SERVERS.baseUrl(), 1), meter);
        failing.add(endpoint("b", SERVERS.baseUrl(), 1), meter);
        CompletableFuture<Void> pause = failing.pause(FOREVER_MILLIS);

        assertThatThrownBy(failing::close)
                .hasMessage("meter")
                .satisfies(failure -> assertThat(failure.getSuppressed()).hasSize(1));

        assertThat(failing.models().get("a").servers().get(0).executor().isShutdown()).isTrue();
        assertThat(pause).isCompleted();
    }

    private CompletableFuture<Answer> ask() {
        return ask(PATIENCE_MILLIS);
    }

    private CompletableFuture<Answer> ask(long millis) {
        return zoo.ask("a", request("1"), millis);
    }

    /** Opens a model that permits one call at a time. */
    private void open() throws Exception {
        open(endpoint("a", SERVERS.baseUrl(), 1));
    }

    private void open(ModelEndpoint endpoint) throws Exception {
        zoo = OpenZoo.metered(inference().build(), endpoint, meter);
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
        public List<Supplier<EnergyAccount>> accounts() {
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
