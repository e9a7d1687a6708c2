package dev.messplus.energy;

import static java.util.stream.Collectors.joining;

import dev.messplus.http.Access;
import dev.messplus.setting.Check;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.Serializable;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Where the energy figures of one model come from. */
public sealed interface EnergyConfig extends Serializable
        permits EnergyConfig.Devices, EnergySource.OfAnswers {

    /** Name of the source in the configuration and in records, e.g. {@code nvml}. */
    String label();

    /**
     * Energy counters of all devices that the model runs on: of GPUs and of processors, or of the
     * GPUs of several hosts. An answer uses what it uses on all of them.
     *
     * @param parts at least one
     */
    record Devices(List<Metered> parts) implements EnergyConfig {

        public Devices {
            Check.that(!parts.isEmpty(), "sources: must name at least one");
            parts = List.copyOf(parts);
        }

        /** Counters of one source. */
        public Devices(EnergySource.OfDevices source, Metering metering) {
            this(List.of(new Metered(source, metering)));
        }

        /** The labels of the parts, each once, such as {@code nvml+rapl}. */
        @Override
        public String label() {
            return parts.stream()
                    .map(part -> part.source().label())
                    .distinct()
                    .collect(joining("+"));
        }
    }

    /**
     * Energy counters of one source.
     *
     * @param source the devices
     * @param metering how they are read
     */
    record Metered(EnergySource.OfDevices source, Metering metering) implements Serializable {}

    /**
     * How a device is read and how its energy is split. All models on a device must agree on it,
     * except on the two accesses, {@code tokenCounters}, {@code modelWeight} and {@code
     * settleMillis}. Built by {@code EnergyConfigMeteringBuilder}, from {@link #inFlight}.
     *
     * @param samplePeriodMillis time between two readings of the device, at least 1
     * @param access what to log in with where a server has the readings
     * @param attribution how the device's energy is split
     * @param promptTokenWeight what a prompt token counts, in tokens of an answer, from 0 to 1;
     *     less than 1 because all tokens of a prompt are computed together. Used by {@link
     *     Attribution#TOKENS}
     * @param modelWeight what a call of this model takes on a device that it shares with other
     *     models until that is learned, in calls of a model of weight 1; above 0 and finite
     * @param tokenCounters URL of the Prometheus page on which the model server counts the tokens
     *     of all its clients, so that the energy of other clients is not charged to us; {@code
     *     null} for none. Used by {@link Attribution#TOKENS}
     * @param tokenCountersAccess what to log in to that page with
     * @param idle who pays for the power of the idle device
     * @param settleMillis how long an answer waits for the step of its counter that shows its
     *     joules, in milliseconds; 0 for never
     */
    @RecordBuilder
    record Metering(
            long samplePeriodMillis,
            Access access,
            Attribution attribution,
            double promptTokenWeight,
            double modelWeight,
            String tokenCounters,
            Access tokenCountersAccess,
            IdlePolicy idle,
            long settleMillis)
            implements Serializable {

        private static final double DEFAULT_PROMPT_TOKEN_WEIGHT = 0.1;

        /** Some steps of a GPU, and few of an answer. */
        private static final long DEFAULT_SETTLE_MILLIS = 250;

        private static final int PATIENCE_PERIODS = 4;
        private static final long MIN_PATIENCE_MILLIS = 2_000;

        public Metering {
            Check.that(
                    samplePeriodMillis >= 1,
                    "samplePeriodMillis: must be at least 1, was " + samplePeriodMillis);
            Check.that(access != null, "access: must be given");
            Check.that(attribution != null, "attribution: must be given");
            Check.that(
                    promptTokenWeight >= 0 && promptTokenWeight <= 1,
                    "promptTokenWeight: must be between 0 and 1, was " + promptTokenWeight);
            Check.that(
                    modelWeight > 0 && Double.isFinite(modelWeight),
                    "modelWeight: must be above 0 and finite, was " + modelWeight);
            if (tokenCounters != null) {
                Check.page("tokenCounters", tokenCounters);
            }
            Check.that(tokenCountersAccess != null, "tokenCountersAccess: must be given");
            Check.that(idle != null, "idle: must be given");
            Check.that(settleMillis >= 0, "settleMillis: must be at least 0, was " + settleMillis);
        }

        /** A split by time in flight, with the defaults for everything else. */
        public static Metering inFlight(long samplePeriodMillis) {
            return EnergyConfigMeteringBuilder.builder()
                    .samplePeriodMillis(samplePeriodMillis)
                    .access(Access.NONE)
                    .attribution(Attribution.INFLIGHT)
                    .promptTokenWeight(DEFAULT_PROMPT_TOKEN_WEIGHT)
                    .modelWeight(1)
                    .tokenCountersAccess(Access.NONE)
                    .idle(IdlePolicy.INCLUDE)
                    .settleMillis(DEFAULT_SETTLE_MILLIS)
                    .build();
        }

        /** How long a device may go without a reading before it counts as lost, in nanoseconds. */
        public long patienceNanos() {
            long millis = Math.max(MIN_PATIENCE_MILLIS, PATIENCE_PERIODS * samplePeriodMillis);
            return TimeUnit.MILLISECONDS.toNanos(millis);
        }
    }
}
