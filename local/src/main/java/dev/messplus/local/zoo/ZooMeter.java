package dev.messplus.local.zoo;

import dev.messplus.energy.EnergyConfig;
import dev.messplus.energy.EnergyConfig.Metering;
import dev.messplus.energy.EnergyMeter;
import dev.messplus.energy.EnergyReading;
import dev.messplus.energy.EnergyUnavailableException;
import dev.messplus.energy.Usage;
import dev.messplus.energy.meter.EnergyMeters;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.math.BigDecimal;
import java.util.List;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the zoo's answers cost. Where Linux counts the energy of processors it is measured: all that
 * the packages and their memory take while answers are computed, split evenly over those computed
 * side by side. Elsewhere, on virtual machines and where the counters may not be read, the CPU time
 * of an answer stands in for it.
 *
 * <p>Thread safe.
 */
final class ZooMeter implements AutoCloseable {

    /** What an answer says that was measured. */
    static final String MEASURED = "rapl";

    /** What an answer says whose energy is taken from its CPU time. */
    static final String BY_CPU_TIME = "cpu_time" + EnergyReading.ESTIMATED;

    private static final Logger LOG = LoggerFactory.getLogger(ZooMeter.class);
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** Answers take from microseconds to tens of milliseconds. */
    static final long SAMPLE_PERIOD_MILLIS = 10;

    private static final Pattern REST_OF_REASON = Pattern.compile("([;,]|\\. ).*", Pattern.DOTALL);

    private final double wattsPerCore;

    /** {@code null} if the processors cannot be metered. */
    private final EnergyMeter processors;

    private final String whyNotMeasured;

    private ZooMeter(double wattsPerCore, EnergyMeter processors, String whyNotMeasured) {
        this.wattsPerCore = wattsPerCore;
        this.processors = processors;
        this.whyNotMeasured = whyNotMeasured;
    }

    /**
     * Measures if this machine lets it, and estimates otherwise.
     *
     * @param wattsPerCore what estimates take a busy core to draw, above 0
     */
    static ZooMeter open(double wattsPerCore) {
        return open(EnergyConfig.Rapl.DEFAULT_ROOT, wattsPerCore);
    }

    /** The same, with powercap mounted at {@code root}. */
    static ZooMeter open(String root, double wattsPerCore) {
        EnergyConfig.Rapl rapl =
                new EnergyConfig.Rapl(root, List.of(), Metering.inFlight(SAMPLE_PERIOD_MILLIS));
        ZooMeter meter;
        try {
            EnergyMeter processors = EnergyMeters.open(rapl);
            meter = new ZooMeter(wattsPerCore, processors, null);
        } catch (EnergyUnavailableException e) {
            LOG.info("The zoo's energy will be estimated, for it cannot be measured", e);
            meter = new ZooMeter(wattsPerCore, null, e.getMessage());
        }
        LOG.info("Energy of the zoo: {}", meter);
        return meter;
    }

    /** Whether energy is measured, not estimated. */
    boolean measures() {
        return processors != null;
    }

    /** The calling thread begins to compute an answer; it is to end what this returns. */
    Span begin() {
        return new Span(processors == null ? null : processors.begin());
    }

    /** How energy is told and, if it is not measured, why not; in words, on one line. */
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

    /** Lets go of the counters. */
    @Override
    public void close() {
        if (processors != null) {
            processors.close();
        }
    }

    /**
     * The cost of an answer.
     *
     * @param cpuTimeMs CPU time of the thread that computed it, in milliseconds
     * @param energy {@link #MEASURED} or {@link #BY_CPU_TIME}; without joules while the counters
     *     cannot be read
     */
    record Cost(double cpuTimeMs, EnergyReading energy) {}

    /** An answer that is being computed. Exactly one of its methods is to be called, once. */
    final class Span {

        private final EnergyMeter.Span onProcessors;
        private final long beginCpuNanos = THREADS.getCurrentThreadCpuTime();

        private Span(EnergyMeter.Span onProcessors) {
            this.onProcessors = onProcessors;
        }

        /** It is done. */
        Cost answered() {
            double cpuTimeMs = (THREADS.getCurrentThreadCpuTime() - beginCpuNanos) / 1e6;
            EnergyReading energy =
                    onProcessors == null
                            ? new EnergyReading(wattsPerCore * cpuTimeMs / 1e3, BY_CPU_TIME)
                            : onProcessors.answered(Usage.UNKNOWN);
            return new Cost(cpuTimeMs, energy);
        }

        /** There will be none. */
        void failed() {
            if (onProcessors != null) {
                onProcessors.failed();
            }
        }
    }
}
