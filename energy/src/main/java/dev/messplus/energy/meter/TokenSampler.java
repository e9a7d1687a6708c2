package dev.messplus.energy.meter;

import dev.messplus.energy.EnergyConfig.Metering;
import dev.messplus.energy.counter.PrometheusPage;
import dev.messplus.energy.counter.ServedTokens;
import dev.messplus.energy.ledger.EnergyLedger;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Reads the token counters of the model servers on a device into its ledger, on a thread of its
 * own, so that a page that hangs does not delay the readings of the device.
 */
final class TokenSampler implements AutoCloseable {

    /** Pages are large and need not be read as often as a device. */
    private static final long MIN_PERIOD_MILLIS = 1_000;

    private final String device;
    private final EnergyLedger ledger;
    private final Metering metering;
    private final List<Server> servers = new CopyOnWriteArrayList<>();

    /** {@code null} until there is a server. */
    private ScheduledThreadPoolExecutor thread;

    private record Server(ServedTokens tokens, int model) {}

    TokenSampler(String device, EnergyLedger ledger, Metering metering) {
        this.device = device;
        this.ledger = ledger;
        this.metering = metering;
    }

    /**
     * Adds a model server, unless it is there already.
     *
     * @param model number of its model in the ledger
     */
    synchronized void add(PrometheusPage page, int model) {
        if (servers.stream().anyMatch(server -> server.tokens().isOn(page))) {
            return;
        }
        servers.add(
                new Server(
                        new ServedTokens(page, metering.promptTokenWeight(), System::nanoTime),
                        model));
        if (thread == null) {
            long period = Math.max(MIN_PERIOD_MILLIS, metering.samplePeriodMillis());
            thread = DaemonThreads.timer("energy-tokens-" + device);
            Future<?> unused =
                    thread.scheduleWithFixedDelay(this::read, 0, period, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public synchronized void close() {
        if (thread != null) {
            thread.shutdownNow();
        }
    }

    private void read() {
        double tokens = 0;
        boolean countedAsProduced = true;
        for (Server server : servers) {
            tokens += ledger.tokenWeight(server.model()) * server.tokens().sinceLastReading();
            countedAsProduced &= server.tokens().countsAsProduced();
        }
        ledger.tokensServed(tokens, countedAsProduced);
    }
}
