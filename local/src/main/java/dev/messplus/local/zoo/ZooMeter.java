package dev.messplus.local.zoo;

import dev.messplus.energy.EnergyCharge;
import dev.messplus.energy.EnergyConfig.Devices;
import dev.messplus.energy.EnergyConfig.Metering;
import dev.messplus.energy.EnergyMeter;
import dev.messplus.energy.EnergyReading;
import dev.messplus.energy.EnergyUnavailableException;
import dev.messplus.energy.Usage;
import dev.messplus.energy.meter.EnergyMeters;
import dev.messplus.energy.source.RaplPackages;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.math.BigDecimal;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Meters the answers of the zoo. With RAPL, energy is measured: what the processor packages and
 * their memory take while answers are computed, split evenly over concurrent answers. Without RAPL,
 * as on virtual machines or without permission to read its counters, energy is estimated from the
 * CPU time of the answer.
 *
 * <p>Thread safe.
 */
final class ZooMeter implements AutoCloseable {

    /** Source of a measured answer. */
    static final String MEASURED = "rapl";

    /** Source of an answer whose energy is estimated from its CPU time. */
    static final String BY_CPU_TIME = "cpu_time" + EnergyReading.ESTIMATED;

    private static final Logger LOG = LoggerFactory.getLogger(ZooMeter.class);
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** Answers take from microseconds to tens of milliseconds, so counters are read this often. */
    static final long SAMPLE_PERIOD_MILLIS = 10;

    private static final Pattern REST_OF_REASON = Pattern.compile("([;,]|\\. ).*", Pattern.DOTALL);

    private final double wattsPerCore;

    /** {@code null} if RAPL cannot be read. */
    private final EnergyMeter processors;

    private final String whyNotMeasured;

    private ZooMeter(double wattsPerCore, EnergyMeter processors, String whyNotMeasured) {
        this.wattsPerCore = wattsPerCore;
        this.processors = processors;
        this.whyNotMeasured = whyNotMeasured;
    }

    /**
     * A meter that measures with RAPL if it can, and estimates otherwise.
     *
     * @param wattsPerCore watts of a busy core for estimates, above 0
     */
    static ZooMeter open(double wattsPerCore) {
        return open(RaplPackages.DEFAULT_ROOT, wattsPerCore);
    }

    /** The same with powercap mounted at {@code root}. */
    static ZooMeter open(String root, double wattsPerCore) {
        Devices rapl = new Devices(new RaplPackages(root), Metering.inFlight(SAMPLE_PERIOD_MILLIS));
        ZooMeter meter;
        try {
            EnergyMeter processors = EnergyMeters.open(rapl);
            meter = new ZooMeter(wattsPerCore, processors, null);
        } catch (EnergyUnavailableException e) {
            LOG.info("RAPL cannot be read: the energy of the zoo is estimated", e);
            meter = new ZooMeter(wattsPerCore, null, e.getMessage());
        }
        LOG.info("Energy of the zoo: {}", meter);
        return meter;
    }

    boolean measures() {
        return processors != null;
    }

    /** Starts an answer, computed on the calling thread, which must end the span. */
    Span begin() {
        return new Span(processors == null ? null : processors.begin());
    }

    /** Source of the energy and, for an estimate, why it is not measured; on one line. */
    @Override
    public String toString() {
        return measures()
                ? "RAPL, measured"
                : "CPU time of each answer times %s W a core%s; RAPL: %s"
                        .formatted(
                                BigDecimal.valueOf(wattsPerCore)
                                        .stripTrailingZeros()
                                        .toPlainString(),
                                EnergyReading.ESTIMATED,
                                REST_OF_REASON.matcher(whyNotMeasured).replaceFirst(""));
    }

    @Override
    public void close() {
        if (processors != null) {
            processors.close();
        }
    }

    /**
     * The cost of an answer.
     *
     * @param cpuTimeMs CPU time of the thread that computed the answer, in milliseconds
     * @param workMs how long that took, in milliseconds
     * @param energy energy with source {@link #MEASURED} or {@link #BY_CPU_TIME}; unknown while the
     *     counters cannot be read
     */
    record Cost(double cpuTimeMs, double workMs, EnergyReading energy) {}

    /** An answer that is being computed. Exactly one of its methods must be called, once. */
    final class Span {

        private final EnergyMeter.Span onProcessors;
        private final long beginCpuNanos = THREADS.getCurrentThreadCpuTime();
        private final long beginNanos = System.nanoTime();

        private Span(EnergyMeter.Span onProcessors) {
            this.onProcessors = onProcessors;
        }

        Cost answered() {
            double cpuTimeMs = (THREADS.getCurrentThreadCpuTime() - beginCpuNanos) / 1e6;
            EnergyReading energy =
                    onProcessors == null
                            ? new EnergyReading(wattsPerCore * cpuTimeMs / 1e3, BY_CPU_TIME)
                            : settled(onProcessors.answered(Usage.UNKNOWN));
            return new Cost(cpuTimeMs, (System.nanoTime() - beginNanos) / 1e6, energy);
        }

        /** Waits a moment for the next step of the counters. */
        private static EnergyReading settled(EnergyCharge charge) {
            return charge.settled()
                    .copy()
                    .completeOnTimeout(null, charge.waitMillis(), TimeUnit.MILLISECONDS)
                    .thenApply(last -> charge.reading())
                    .join();
        }

        void failed() {
            if (onProcessors != null) {
                onProcessors.failed();
            }
        }
    }
}
