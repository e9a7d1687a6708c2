package dev.messplus.infer;

import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.serverError;
import static dev.messplus.fixture.Fixtures.endpoint;
import static dev.messplus.fixture.Fixtures.exploit;
import static dev.messplus.fixture.Fixtures.inference;
import static dev.messplus.fixture.Fixtures.withEstimates;
import static dev.messplus.infer.StubbedZoo.NO_SCORES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.energy.EnergyConfig;
import dev.messplus.energy.EnergyConfig.Devices;
import dev.messplus.energy.EnergyConfig.Metering;
import dev.messplus.energy.EnergyConfigMeteringBuilder;
import dev.messplus.energy.source.DcgmGpus;
import dev.messplus.record.Correction;
import dev.messplus.record.InferenceOutcome;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the operator emits of a model whose GPU counts its energy only when a test says so. */
@Timeout(120)
class LateRecordsTest {

    private static final double STEP_JOULES = 50;

    /** A step is two to three readings long. So short ones would lose the device in 2 s. */
    private static final long PERIOD_MILLIS = 300;

    @RegisterExtension static final StubbedZoo SERVERS = new StubbedZoo();

    private double joules;

    @Test
    void aCorrectionFollowsItsRecordOnce() throws Exception {
        try (InferHarness harness = metered(0)) {
            InferenceOutcome first = answer(harness, "1");
            assertThat(first.measurements().get(0).energy().provisional()).isTrue();
            harness.snapshot(8, 8);

            InferenceOutcome later = awaitNext(harness, first);

            assertThat(later.response()).isNull();
            Correction correction = later.correction();
            assertThat(correction.requestId()).isEqualTo("1");
            assertThat(correction.energy().source()).isEqualTo("dcgm");
            // A failure undoes it together with its record, which is older than the checkpoint.
            assertThat(correction.checkpoint()).isLessThan(8);
            assertThat(first.response().energy().joules() + correction.joulesMore())
                    .isCloseTo(correction.energy().joules(), within(1e-9));
            step(harness);
            step(harness);
            assertThat(harness.extractOutputValues()).containsExactly(first, later);
        }
    }

    @Test
    void theEndOfTheInputWaitsForAWhileAndNothingFollowsIt() throws Exception {
        try (InferHarness harness = metered(0)) {
            // A counter may stand still for four times the length of its last step: 12 s.
            stepAfter(1_800, harness);
            stepAfter(3_000, harness);
            InferenceOutcome first = answer(harness, "1");

            harness.endInput();

            assertThat(harness.extractOutputValues()).containsExactly(first);
            assertThat(first.measurements().get(0).energy().provisional()).isTrue();
            step(harness);
            step(harness);
            harness.runMails();
            assertThat(harness.extractOutputValues()).containsExactly(first);
        }
    }

    /** The exporter dies after the answer came, and while it waits for a step of the counter. */
    @Test
    void aDeadExporterHoldsAnAnswerBackForSettleMillisAtMost() throws Exception {
        try (InferHarness harness = metered(60_000)) {
            harness.processElement(withEstimates(exploit("1", "a"), 4), 1);
            harness.await().until(LateRecordsTest::isAnswered);
            SERVERS.stubFor(get("/metrics").willReturn(serverError()));

            // Far sooner: a device that cannot be read for two seconds is lost.
            harness.await().until(() -> harness.answered().equals(List.of("1")));

            InferenceOutcome first = harness.extractOutputValues().get(0);
            assertThat(first.response().energy().joules()).isEqualTo(4);
            assertThat(first.response().energy().source())
                    .isEqualTo("running estimate without dcgm (estimated)");
            assertThat(first.measurements().get(0).energy().provisional()).isFalse();
        }
    }

    /** A model whose GPU has been metered for some steps. */
    private InferHarness metered(long settleMillis) throws Exception {
        SERVERS.answers("a", "hi", 1);
        page();
        Metering metering =
                EnergyConfigMeteringBuilder.builder(Metering.inFlight(PERIOD_MILLIS))
                        .settleMillis(settleMillis)
                        .build();
        EnergyConfig dcgm =
                new Devices(new DcgmGpus(SERVERS.baseUrl() + "/metrics", List.of("0")), metering);
        InferHarness harness =
                new InferHarness(
                        new InferOperatorFactory(
                                List.of(endpoint("a", SERVERS.baseUrl()).energy(dcgm).build()),
                                inference(60_000),
                                NO_SCORES));
        harness.open();
        for (int i = 0; i < 3; i++) {
            step(harness);
        }
        return harness;
    }

    /** Moves the counter, and lets it be read. */
    private void step(InferHarness harness) throws Exception {
        joules += STEP_JOULES;
        page();
        SERVERS.resetRequests();
        harness.await().until(() -> SERVERS.getAllServeEvents().size() > 2);
    }

    private void stepAfter(long millis, InferHarness harness) throws Exception {
        harness.await().pollDelay(Duration.ofMillis(millis)).until(() -> true);
        step(harness);
    }

    private void page() {
        SERVERS.stubFor(
                get("/metrics")
                        .willReturn(
                                ok(
                                        "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION{gpu=\"0\",UUID=\"GPU-late\"} "
                                                + joules * 1_000
                                                + "\n")));
    }

    private static boolean isAnswered() {
        return SERVERS.getAllServeEvents().stream()
                .anyMatch(
                        event ->
                                event.getRequest().getUrl().endsWith("/chat/completions")
                                        && event.getResponse() != null);
    }

    private static InferenceOutcome answer(InferHarness harness, String id) throws Exception {
        harness.processElement(withEstimates(exploit(id, "a"), 4), 1);
        harness.await().until(() -> harness.answered().equals(List.of(id)));
        return harness.extractOutputValues().get(0);
    }

    private InferenceOutcome awaitNext(InferHarness harness, InferenceOutcome first)
            throws Exception {
        while (harness.extractOutputValues().size() == 1) {
            step(harness);
            harness.runMails();
        }
        assertThat(harness.extractOutputValues()).first().isEqualTo(first);
        return harness.extractOutputValues().get(1);
    }
}
