package dev.messplus.energy;

import static java.util.stream.Collectors.joining;

import dev.messplus.energy.PrometheusText.Sample;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One GPU of an NVIDIA DCGM exporter: its energy since the driver was loaded, or, where the
 * exporter has none, its power over time.
 *
 * <p>The exporter asks the GPU every {@code --collect-interval}, 30 seconds unless it is told
 * otherwise, and shows the same figures in between. Reading more often makes nothing finer.
 *
 * <p>Under MIG the exporter knows the GPU's instances, not the GPU, and repeats for each the figure
 * of the whole GPU; so it does for the pods that share one. Of such rows one counts, never the sum.
 *
 * @see <a href="https://github.com/NVIDIA/dcgm-exporter">DCGM exporter</a>, and its issues 317 and
 *     561 for MIG
 */
final class DcgmCounter implements EnergyCounter {

    private static final Logger LOG = LoggerFactory.getLogger(DcgmCounter.class);

    /** In millijoules. */
    private static final String ENERGY = "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION";

    /** In watts. */
    private static final String POWER = "DCGM_FI_DEV_POWER_USAGE";

    private static final Set<String> METRICS = Set.of(ENERGY, POWER);

    /** Four times the interval at which exporters ask their GPUs if nobody tells them otherwise. */
    private static final long STILL_MILLIS = 120_000;

    /** From here on, 2^47, doubles are DCGM's words for "unknown" (dcgm_structs.h). */
    private static final double BLANK_WATTS = 0x1p47;

    /** What microjoules can tell; DCGM's integers for "unknown" are far above. */
    private static final double MAX_MILLIJOULES = Long.MAX_VALUE / 1_000.0;

    private final PrometheusPage page;
    private final String gpu;
    private final String uuid;
    private final String metric;
    private final LongSupplier nanoClock;
    private final PowerIntegral integral;

    private DcgmCounter(
            PrometheusPage page,
            String gpu,
            String uuid,
            String metric,
            PowerIntegral integral,
            LongSupplier nanoClock) {
        this.page = page;
        this.gpu = gpu;
        this.uuid = uuid;
        this.metric = metric;
        this.integral = integral;
        this.nanoClock = nanoClock;
    }

    /**
     * Reads the page once, and decides on energy or power for good.
     *
     * @param gpu its index at the exporter, {@code 0}, or its UUID, {@code GPU-…}
     * @param patienceNanos how far readings of power may be apart to be integrated
     * @param nanoClock a clock that never goes back, to integrate power with
     * @throws IllegalArgumentException if {@code gpu} is empty
     * @throws EnergyUnavailableException if the page cannot be read, or does not tell what this GPU
     *     takes
     */
    static DcgmCounter open(
            PrometheusPage page, String gpu, long patienceNanos, LongSupplier nanoClock)
            throws EnergyUnavailableException {
        if (gpu.isBlank()) {
            throw new IllegalArgumentException("gpu: must not be empty");
        }
        List<Sample> samples = page.samples(METRICS);
        if (samples.isEmpty()) {
            throw new EnergyUnavailableException(
                    page.shown()
                            + ": has neither "
                            + ENERGY
                            + " nor "
                            + POWER
                            + "; is this a DCGM exporter? If so, add them to its counters CSV"
                            + " (option -f, /etc/dcgm-exporter/default-counters.csv)");
        }
        List<Sample> rows = samples.stream().filter(row -> isCalled(row, gpu)).toList();
        if (rows.isEmpty()) {
            throw missing(page, "energy or power", gpu, samples);
        }
        List<String> uuids = rows.stream().map(row -> row.label("UUID")).distinct().toList();
        if (uuids.size() > 1) {
            throw new EnergyUnavailableException(
                    page.shown()
                            + ": has several GPUs "
                            + gpu
                            + ", maybe of several hosts; give the UUID, one of "
                            + String.join(", ", uuids));
        }
        boolean energy = rows.stream().anyMatch(row -> row.name().equals(ENERGY));
        DcgmCounter counter =
                new DcgmCounter(
                        page,
                        gpu,
                        uuids.get(0),
                        energy ? ENERGY : POWER,
                        new PowerIntegral(patienceNanos),
                        nanoClock);
        counter.microjoules(samples);
        LOG.info(
                "{}, {}: {}",
                counter.name(),
                counter.device(),
                energy ? "reads " + ENERGY : "has no " + ENERGY + "; integrates " + POWER);
        return counter;
    }

    @Override
    public String name() {
        return "dcgm:" + page.server() + "/" + gpu;
    }

    /**
     * Tells GPUs apart, whatever they are called in a configuration: the UUID, or else server and
     * index.
     */
    String device() {
        return uuid.isEmpty() ? page.server() + "/" + gpu : uuid;
    }

    /** Whether power is integrated, which is an estimate. */
    @Override
    public boolean integratesPower() {
        return metric.equals(POWER);
    }

    /**
     * Reads the counter.
     *
     * @return microjoules since the driver was loaded, or, {@linkplain #integratesPower
     *     integrated}, since {@link #open}
     */
    @Override
    public long microjoules() throws EnergyUnavailableException {
        return microjoules(page.samples(METRICS));
    }

    @Override
    public long stillMillis() {
        return integratesPower() ? 0 : STILL_MILLIS;
    }

    @Override
    public void close() {}

    private long microjoules(List<Sample> samples) throws EnergyUnavailableException {
        List<Sample> all = samples.stream().filter(row -> row.name().equals(metric)).toList();
        List<Sample> rows = all.stream().filter(this::isThis).toList();
        List<Sample> whole = rows.stream().filter(row -> row.label("GPU_I_ID").isEmpty()).toList();
        // Each was read a moment after the other: only the highest never falls back.
        double value =
                (whole.isEmpty() ? rows : whole)
                        .stream()
                                .mapToDouble(Sample::value)
                                .max()
                                .orElseThrow(() -> missing(page, metric, gpu, all));
        boolean sane = value >= 0 && value < (integratesPower() ? BLANK_WATTS : MAX_MILLIJOULES);
        if (!sane) {
            throw new EnergyUnavailableException(
                    name() + ": " + metric + " is " + value + ", which is no reading");
        }
        return integratesPower()
                ? integral.add(value, nanoClock.getAsLong())
                : Math.round(value * 1_000);
    }

    private boolean isThis(Sample row) {
        return uuid.isEmpty() ? isCalled(row, gpu) : row.label("UUID").equals(uuid);
    }

    private static boolean isCalled(Sample row, String gpu) {
        return row.label("gpu").equals(gpu) || row.label("UUID").equals(gpu);
    }

    private static EnergyUnavailableException missing(
            PrometheusPage page, String what, String gpu, List<Sample> samples) {
        String there =
                samples.stream()
                        .filter(row -> !row.label("gpu").isEmpty())
                        .map(row -> row.label("gpu") + " " + row.label("UUID"))
                        .map(String::strip)
                        .distinct()
                        .collect(joining(", "));
        return new EnergyUnavailableException(
                page.shown()
                        + ": has no "
                        + what
                        + " of GPU "
                        + gpu
                        + "; it has that of "
                        + (there.isEmpty() ? "none" : there));
    }
}
