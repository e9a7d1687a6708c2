package dev.messplus.infer;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static dev.messplus.fixture.Fixtures.FOREVER_MILLIS;
import static dev.messplus.fixture.Fixtures.NO_SERVER;
import static dev.messplus.fixture.Fixtures.await;
import static dev.messplus.fixture.Fixtures.completion;
import static dev.messplus.fixture.Fixtures.endpoint;
import static dev.messplus.fixture.Fixtures.exploit;
import static dev.messplus.fixture.Fixtures.inference;
import static dev.messplus.fixture.Fixtures.withEstimates;
import static dev.messplus.fixture.Fixtures.withTimeout;
import static dev.messplus.infer.StubbedZoo.NO_TRUTH;
import static dev.messplus.infer.StubbedZoo.PATIENCE_MILLIS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.energy.EnergyReading;
import dev.messplus.infer.charge.Corrections;
import dev.messplus.infer.config.InferenceConfig;
import dev.messplus.record.Correction;
import dev.messplus.record.InferenceOutcome;
import dev.messplus.record.RoutedRequest;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Answers whose meter reports their energy after they have come. */
@Timeout(120)
class LateEnergyTest {

    private static final long CHECKPOINT = 17;

    @RegisterExtension static final StubbedZoo SERVERS = new StubbedZoo();

    private final AtomicInteger calledBack = new AtomicInteger();
    private final Queue<InferenceOutcome> corrections = new ConcurrentLinkedQueue<>();

    @Test
    void anAnswerWaitsForTheStepOfItsCounter() throws Exception {
        PendingMeter meter = new PendingMeter(PATIENCE_MILLIS, PendingMeter.AT_ONCE);
        try (OpenZoo zoo = zoo(meter, SERVERS.baseUrl())) {
            SERVERS.answers("a", "right", 1);
            CompletableFuture<InferenceOutcome> outcome = begin(zoo, exploit("1", "a"));
            await().until(() -> meter.ended.size() == 1);
            // Meanwhile the next request may be called.
            await().until(() -> calledBack.get() == 1);
            assertThat(outcome).isNotDone();

            meter.settle(4);

            InferenceOutcome settled = outcome.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            assertThat(settled.response().energy().joules()).isEqualTo(4);
            assertThat(settled.response().energy().uncertaintyJoules()).isEqualTo(0.5);
            assertThat(settled.response().energy().source()).isEqualTo("slow");
            assertThat(settled.measurements().get(0).energy().provisional()).isFalse();
            assertThat(corrections).isEmpty();
        }
    }

    @Test
    void itWaitsNoLongerThanThatIsWorth() throws Exception {
        PendingMeter meter = new PendingMeter(1, PendingMeter.AT_ONCE);
        try (OpenZoo zoo = zoo(meter, SERVERS.baseUrl())) {
            SERVERS.answers("a", "right", 1);
            InferenceOutcome answered = infer(zoo, exploit("1", "a"));

            assertThat(answered.response().energy().joules()).isEqualTo(3);
            assertThat(answered.response().energy().source()).isEqualTo("slow (interpolated)");
            assertThat(answered.measurements().get(0).energy().provisional()).isTrue();

            meter.settle(5);

            await().until(() -> corrections.size() == 1);
            InferenceOutcome correction = corrections.remove();
            assertThat(correction.response()).isNull();
            Correction corrected = correction.correction();
            assertThat(corrected.requestId()).isEqualTo("1");
            assertThat(corrected.served()).isTrue();
            assertThat(corrected.energy().joules()).isEqualTo(5);
            assertThat(corrected.energy().source()).isEqualTo("slow");
            assertThat(corrected.joulesMore()).isEqualTo(2);
            assertThat(corrected.failedJoulesMore()).isZero();
            assertThat(corrected.promptLength()).isPositive();
            assertThat(corrected.checkpoint()).isEqualTo(CHECKPOINT);
            assertThat(calledBack).hasValue(1);
        }
    }

    @Test
    void closingEndsTheWait() throws Exception {
        PendingMeter meter = new PendingMeter(FOREVER_MILLIS, PendingMeter.AT_ONCE);
        OpenZoo zoo = zoo(meter, SERVERS.baseUrl());
        SERVERS.answers("a", "right", 1);
        CompletableFuture<InferenceOutcome> outcome = begin(zoo, exploit("1", "a"));
        await().until(() -> meter.ended.size() == 1);

        zoo.close();

        assertThat(outcome.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS).response().energy().joules())
                .isEqualTo(3);
    }

    /** The correction is relative to what the record said, which was the estimate. */
    @Test
    void aMeterThatKnowsNothingYetIsCorrectedFromTheEstimate() throws Exception {
        PendingMeter meter = new PendingMeter(0, new EnergyReading(Double.NaN, "slow"));
        try (OpenZoo zoo = zoo(meter, SERVERS.baseUrl())) {
            SERVERS.answers("a", "right", 1);
            InferenceOutcome answered = infer(zoo, withEstimates(exploit("1", "a"), 10));
            assertThat(answered.response().energy().joules()).isEqualTo(10);
            assertThat(answered.measurements().get(0).energy().assumed()).isTrue();
            assertThat(answered.measurements().get(0).energy().provisional()).isTrue();

            meter.settle(4);

            await().until(() -> corrections.size() == 1);
            assertThat(corrections.remove().correction().joulesMore()).isEqualTo(-6);
        }
    }

    @Test
    void theEnergyOfFailedAttemptsIsCorrectedToo() throws Exception {
        PendingMeter meter = new PendingMeter(0, PendingMeter.AT_ONCE);
        try (OpenZoo zoo = zoo(meter, SERVERS.baseUrl())) {
            SERVERS.stub("a", aResponse().withStatus(400));
            InferenceOutcome answered = infer(zoo, exploit("1", "a"));
            assertThat(answered.response().failed().joules()).isEqualTo(3);
            assertThat(answered.response().failed().unmetered()).isZero();

            meter.settle(7);

            await().until(() -> corrections.size() == 1);
            Correction corrected = corrections.remove().correction();
            assertThat(corrected.failedJoulesMore()).isEqualTo(4);
            assertThat(corrected.joulesMore()).isZero();
            assertThat(corrected.energy().isKnown()).isFalse();
        }
    }

    /** The loser of a hedge, or a first attempt, waits for the same step as the answer. */
    @Test
    void whatIsKnownByThenNeedsNoCorrection() throws Exception {
        PendingMeter meter = new PendingMeter(PATIENCE_MILLIS, PendingMeter.AT_ONCE);
        try (OpenZoo zoo = zoo(meter, SERVERS.baseUrl())) {
            SERVERS.stubInTurn("a", aResponse().withStatus(503), okJson(completion("right", 1)));
            CompletableFuture<InferenceOutcome> outcome = begin(zoo, exploit("1", "a"));
            await().until(() -> meter.ended.size() == 2);
            meter.settle(7);
            meter.settle(4);

            InferenceOutcome answered = outcome.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            assertThat(answered.response().failed().joules()).isEqualTo(7);
            assertThat(answered.response().energy().joules()).isEqualTo(4);
            assertThat(corrections).isEmpty();
        }
    }

    @Test
    void unknownEnergyOfFailedAttemptsIsCalledUnknown() throws Exception {
        PendingMeter meter = new PendingMeter(0, new EnergyReading(Double.NaN, "slow"));
        try (OpenZoo zoo = zoo(meter, SERVERS.baseUrl())) {
            SERVERS.stub("a", aResponse().withStatus(400));
            InferenceOutcome answered = infer(zoo, exploit("1", "a"));

            assertThat(answered.response().failed().joules()).isNaN();
            assertThat(answered.response().failed().unmetered()).isEqualTo(1);
            assertThat(answered.measurements().get(0).failed().unmetered()).isEqualTo(1);
        }
    }

    @Test
    void aCallThatReachesNoServerIsChargedNothing() throws Exception {
        PendingMeter meter = new PendingMeter(0, PendingMeter.AT_ONCE);
        try (OpenZoo zoo = zoo(meter, NO_SERVER)) {
            InferenceOutcome answered =
                    begin(zoo, withTimeout(exploit("1", "a"), 1_000), 1_000)
                            .get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);

            assertThat(answered.response().failed().joules()).isNaN();
            assertThat(answered.response().failed().unmetered()).isZero();
            assertThat(meter.unreached).hasPositiveValue();
            assertThat(meter.ended).isEmpty();
        }
    }

    private InferenceOutcome infer(OpenZoo zoo, RoutedRequest routed) throws Exception {
        return begin(zoo, routed).get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private CompletableFuture<InferenceOutcome> begin(OpenZoo zoo, RoutedRequest routed) {
        return begin(zoo, routed, PATIENCE_MILLIS);
    }

    private CompletableFuture<InferenceOutcome> begin(
            OpenZoo zoo, RoutedRequest routed, long millis) {
        Corrections late = new Corrections(corrections::add, () -> {});
        return zoo.scoredBy(NO_TRUTH)
                .answer(routed, millis, calledBack::incrementAndGet)
                .thenApply(
                        result -> {
                            late.follow(result.after().late(), CHECKPOINT);
                            return result.outcome();
                        });
    }

    /** A zoo of one model. */
    private static OpenZoo zoo(PendingMeter meter, String base) throws Exception {
        InferenceConfig config = inference().backoffInitialMillis(10).backoffMaxMillis(10).build();
        return OpenZoo.metered(config, endpoint("a", base, 1), meter);
    }
}
