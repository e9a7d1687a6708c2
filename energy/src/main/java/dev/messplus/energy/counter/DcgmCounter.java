package dev.messplus.energy.counter;

import static java.util.stream.Collectors.joining;

import dev.messplus.energy.EnergyCounter;
import dev.messplus.energy.EnergyUnavailableException;
import dev.messplus.energy.Host;
import dev.messplus.energy.counter.PrometheusText.Sample;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The energy of one GPU, read from an NVIDIA DCGM exporter: its energy counter, or, if it is not
 * exported or stands still, its power integrated over time.
 *
 * <p>The exporter reads the GPU once per {@code --collect-interval}, by default 30 seconds, and
 * shows the same figures in between. Fetching its page more often gains no precision.
 *
 * <p>An exporter that has lost DCGM may repeat its last page forever. Energy then stands still,
 * which the caller notices. So power that stays exactly the same for two minutes counts as
 * unreadable. That the power of a working GPU jitters by milliwatts, even when idle, is an
 * assumption: where it does not hold, the GPU is lost while its power does not change, and comes
 * back with the next change.
 *
 * <p>Under MIG the exporter lists the instances of a GPU instead of the GPU and repeats the figure
 * of the whole GPU for each. It does the same for pods that share a GPU. This counter uses one of
 * such rows, never their sum.
 *
 * @see <a href="https://github.com/NVIDIA/dcgm-exporter">DCGM exporter</a>; its issues 317 and 561
 *     are about MIG, its issue 164 and <a
 *     href="https://github.com/NVIDIA/gpu-monitoring-tools/issues/188">another one</a> about
 *     repeated pages
 * @see <a
 *     href="https://docs.nvidia.com/datacenter/dcgm/latest/reference/command-line-reference/dcgm-exporter.html">Options
 *     of the exporter</a>
 */
final class DcgmCounter implements EnergyCounter {

    private static final Logger LOG = LoggerFactory.getLogger(DcgmCounter.class);

    /** Energy since the driver was loaded, in millijoules. */
    private static final String ENERGY = "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION";

    /** Power, in watts. */
    private static final String POWER = "DCGM_FI_DEV_POWER_USAGE";

    private static final String NOT_EXPORTED =
            "has neither "
                    + ENERGY
                    + " nor "
                    + POWER
                    + "; if this is a DCGM exporter, add one to its counters CSV"
                    + " (option -f, /etc/dcgm-exporter/default-counters.csv)";

    private static final String FASTER =
            "a DCGM exporter updates its figures every 30 s by default; start it with"
                    + " --collect-interval=1000, or with DCGM_EXPORTER_INTERVAL=1000 in its"
                    + " environment";

    private static final Set<String> METRICS = Set.of(ENERGY, POWER);

    /** Four times the exporter's default interval. */
    private static final long STILL_MILLIS = 120_000;

    /** DCGM's doubles from 2^47 on mean "no value" (DCGM_FP64_BLANK in dcgm_structs.h). */
    private static final double BLANK_WATTS = 0x1p47;

    /** What a long holds in microjoules. DCGM's integers for "no value" are far above. */
    private static final double MAX_MILLIJOULES = Long.MAX_VALUE / 1_000.0;

    private final PrometheusPage page;
    private final String gpu;
    private final String uuid;
    private final String metric;
    private final LongSupplier nanoClock;
    private final EnergyOrPower energy;
    private final PowerIntegral power;
    private final long stillNanos;

    private DcgmCounter(
            PrometheusPage page,
            String gpu,
            String uuid,
            String metric,
            long patienceNanos,
            LongSupplier nanoClock) {
        this.page = page;
        this.gpu = gpu;
        this.uuid = uuid;
        this.metric = metric;
        this.stillNanos = Math.max(patienceNanos, TimeUnit.MILLISECONDS.toNanos(STILL_MILLIS));
        this.energy = new EnergyOrPower(name(), stillNanos, patienceNanos, Long.MAX_VALUE);
        this.power = new PowerIntegral(patienceNanos, Long.MAX_VALUE);
        this.nanoClock = nanoClock;
    }

    /**
     * Reads the page once and chooses energy or power for the lifetime of the counter.
     *
     * @param gpu index of the GPU at the exporter, e.g. {@code 0}, its UUID, {@code GPU-…}, or its
     *     {@link PciBusId}
     * @param patienceNanos largest distance of two power readings that is integrated over
     * @param nanoClock a monotonic clock, for integrating power
     * @throws IllegalArgumentException if {@code gpu} is empty
     * @throws EnergyUnavailableException if the page cannot be read, or has neither energy nor
     *     power of this GPU
     */
    static DcgmCounter open(
            PrometheusPage page, String gpu, long patienceNanos, LongSupplier nanoClock)
            throws EnergyUnavailableException {
        if (gpu.isBlank()) {
            throw new IllegalArgumentException("gpu: must not be empty");
        }
        List<Sample> samples = page.samples(METRICS);
        if (samples.isEmpty()) {
            throw new EnergyUnavailableException(page.shown() + ": " + NOT_EXPORTED);
        }
        List<Sample> rows = samples.stream().filter(row -> isNamed(row, gpu)).toList();
        if (rows.isEmpty()) {
            throw missing(page, "energy or power", gpu, samples);
        }
        boolean energy = rows.stream().anyMatch(row -> row.name().equals(ENERGY));
        DcgmCounter counter =
                new DcgmCounter(
                        page,
                        gpu,
                        onlyUuid(page, gpu, rows),
                        energy ? ENERGY : POWER,
                        patienceNanos,
                        nanoClock);
        counter.microjoules(samples);
        LOG.info(
                "{}, {}: {}",
                counter.name(),
                counter.deviceId(),
                energy ? "reads " + ENERGY : "finds no " + ENERGY + "; integrates " + POWER);
        return counter;
    }

    /** The UUID that all rows have, empty if they have none. */
    private static String onlyUuid(PrometheusPage page, String gpu, List<Sample> rows)
            throws EnergyUnavailableException {
        List<String> uuids = rows.stream().map(row -> row.label("UUID")).distinct().toList();
        if (uuids.size() > 1) {
            throw new EnergyUnavailableException(
                    "%s: has several GPUs with index %s, perhaps of several hosts; give a UUID instead, one of %s"
                            .formatted(page.shown(), gpu, String.join(", ", uuids)));
        }
        return uuids.get(0);
    }

    @Override
    public String name() {
        return "dcgm:" + page.server() + "/" + gpu;
    }

    /**
     * The GPU's UUID; if the exporter does not report it, the {@link #name}, which may be that of
     * an exporter of this host.
     */
    @Override
    public String deviceId() {
        if (!uuid.isEmpty()) {
            return uuid;
        }
        return page.isOfThisHost() ? Host.device(name()) : name();
    }

    @Override
    public boolean integratesPower() {
        return metric.equals(POWER) || energy.integrates();
    }

    @Override
    public double movedVariance() {
        return metric.equals(POWER) ? power.movedVariance() : energy.movedVariance();
    }

    /** Since the driver was loaded or, if power is integrated, since {@link #open}. */
    @Override
    public long microjoules() throws EnergyUnavailableException {
        return microjoules(page.samples(METRICS));
    }

    @Override
    public long stillMillis() {
        return STILL_MILLIS;
    }

    @Override
    public String slowHint() {
        return FASTER;
    }

    private long microjoules(List<Sample> samples) throws EnergyUnavailableException {
        double value = value(samples, metric, metric.equals(POWER) ? BLANK_WATTS : MAX_MILLIJOULES);
        long now = nanoClock.getAsLong();
        return metric.equals(POWER)
                ? integrated(value, now)
                : energy.microjoules(
                        Math.round(value * 1_000), () -> value(samples, POWER, BLANK_WATTS), now);
    }

    private double value(List<Sample> samples, String name, double limit)
            throws EnergyUnavailableException {
        List<Sample> all = samples.stream().filter(row -> row.name().equals(name)).toList();
        List<Sample> rows = all.stream().filter(this::isThis).toList();
        List<Sample> whole = rows.stream().filter(row -> row.label("GPU_I_ID").isEmpty()).toList();
        // The rows were read one after the other; only their maximum never decreases.
        double value =
                (whole.isEmpty() ? rows : whole)
                        .stream()
                                .mapToDouble(Sample::value)
                                .max()
                                .orElseThrow(() -> missing(page, name, gpu, all));
        if (!(value >= 0 && value < limit)) {
            throw new EnergyUnavailableException(
                    name() + ": " + name + " is " + value + ", which is not a valid reading");
        }
        return value;
    }

    private long integrated(double watts, long now) throws EnergyUnavailableException {
        long microjoules = power.add(watts, now);
        if (power.steadyNanos() > stillNanos) {
            throw new EnergyUnavailableException(
                    "%s: %s has been %s W for more than %d s, to the milliwatt, so the exporter seems to repeat an old page; restart it if this lasts"
                            .formatted(
                                    name(),
                                    metric,
                                    watts,
                                    TimeUnit.NANOSECONDS.toSeconds(stillNanos)));
        }
        return microjoules;
    }

    private boolean isThis(Sample row) {
        return uuid.isEmpty() ? isNamed(row, gpu) : row.label("UUID").equals(uuid);
    }

    private static boolean isNamed(Sample row, String gpu) {
        return row.label("gpu").equals(gpu)
                || row.label("UUID").equals(gpu)
                || PciBusId.same(row.label("pci_bus_id"), gpu);
    }

    private static EnergyUnavailableException missing(
            PrometheusPage page, String what, String gpu, List<Sample> samples) {
        String there =
                samples.stream()
                        .filter(row -> !row.label("gpu").isEmpty())
                        .map(
                                row ->
                                        String.join(
                                                " ",
                                                row.label("gpu"),
                                                row.label("UUID"),
                                                row.label("pci_bus_id")))
                        .map(String::strip)
                        .distinct()
                        .collect(joining(", "));
        return new EnergyUnavailableException(
                "%s: has no %s of GPU %s; GPUs that have it: %s"
                        .formatted(page.shown(), what, gpu, there.isEmpty() ? "none" : there));
    }
}
