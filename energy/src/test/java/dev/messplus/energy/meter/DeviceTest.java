package dev.messplus.energy.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.messplus.energy.EnergyConfig.Metering;
import dev.messplus.energy.EnergyCounter;
import dev.messplus.testkit.LogCapture;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class DeviceTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Seconds that the device has lived; a reading takes one. */
    private final AtomicLong seconds = new AtomicLong();

    @Test
    void saysOnceHowToMakeASlowCounterFaster() throws Exception {
        try (LogCapture log = LogCapture.of(Device.class);
                Device device = open(6)) {
            await().atMost(PATIENCE).until(() -> !log.messages().isEmpty());
            long then = seconds.get();
            await().atMost(PATIENCE).until(() -> seconds.get() > then + 30);

            assertThat(log.messages())
                    .containsExactly(
                            "gpu moves every 6 s only: the joules of a call are interpolated, and"
                                    + " put right later; start it with --fast");
            assertThat(device.ledger().account().available()).isTrue();
        }
    }

    @Test
    void saysNothingOfAQuickCounter() throws Exception {
        try (LogCapture log = LogCapture.of(Device.class);
                Device device = open(4)) {
            await().atMost(PATIENCE).until(() -> seconds.get() > 60);

            assertThat(device.ledger().account().counterPeriodMillis()).isEqualTo(4_000);
            assertThat(log.messages()).isEmpty();
        }
    }

    @Test
    void aCounterThatNothingMakesFasterHasNoHint() {
        assertThat(Device.slowness("x", 6_000, null)).endsWith("right later");
    }

    /** Each answer of a server that reports none comes here. */
    @Test
    void saysOnceThatTokensAreMissingAndNeverWaitsForTheLedger() throws Exception {
        try (LogCapture log = LogCapture.of(Device.class);
                Device device = open(4)) {
            int unused = device.addModel("large", 1);
            device.tokensMissing("large");
            assertThat(log.messages()).isEmpty();
            unused = device.addModel("small", 1);
            synchronized (device.ledger()) {
                for (int answer = 0; answer < 2; answer++) {
                    CompletableFuture.runAsync(() -> device.tokensMissing("small"))
                            .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                }
            }
            assertThat(log.messages())
                    .singleElement()
                    .asString()
                    .contains("an answer of small came without")
                    .contains("calls of large, small take");
        }
    }

    /** A device of 100 W whose counter moves every few seconds. */
    private Device open(int stepSeconds) throws Exception {
        EnergyCounter counter =
                new EnergyCounter() {
                    @Override
                    public String name() {
                        return "gpu";
                    }

                    @Override
                    public long microjoules() {
                        return seconds.incrementAndGet() / stepSeconds * stepSeconds * 100_000_000;
                    }

                    @Override
                    public long stillMillis() {
                        return 60_000;
                    }

                    @Override
                    public String slowHint() {
                        return "start it with --fast";
                    }

                    @Override
                    public void close() {}
                };
        Device device =
                new Device(
                        counter,
                        Metering.inFlight(1),
                        () -> TimeUnit.SECONDS.toNanos(seconds.get()));
        device.start();
        return device;
    }
}
