package dev.messplus.energy;

import java.io.Serializable;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Where one model's joules come from. */
public sealed interface EnergyConfig extends Serializable {

    /** The source's name in configuration and records, e.g. {@code nvml}. */
    String label();

    /**
     * GPUs of this host, read through NVIDIA's management library.
     *
     * @param library its name or path
     * @param gpus the GPUs that the model runs on, by index or UUID; at least one
     */
    record Nvml(String library, List<String> gpus, Metering metering) implements EnergyConfig {

        /** The library as every driver installs it. */
        public static final String DEFAULT_LIBRARY = "libnvidia-ml.so.1";

        public Nvml {
            Check.that(library != null && !library.isBlank(), "library: must not be empty");
            Check.that(!gpus.isEmpty(), "gpus: must name at least one");
            gpus = List.copyOf(gpus);
        }

        @Override
        public String label() {
            return "nvml";
        }
    }

    /**
     * GPUs of another host, read from its DCGM exporter.
     *
     * @param url of the exporter's page, {@code http://host:9400/metrics}
     * @param gpus the GPUs that the model runs on, by index or UUID; at least one
     */
    record Dcgm(String url, List<String> gpus, Metering metering) implements EnergyConfig {

        public Dcgm {
            Check.page("url", url);
            Check.that(!gpus.isEmpty(), "gpus: must name at least one");
            gpus = List.copyOf(gpus);
        }

        @Override
        public String label() {
            return "dcgm";
        }
    }

    /**
     * Processor packages of this host and the memory beside them, read from Linux's powercap.
     *
     * @param root where powercap is mounted
     * @param packages the packages that the model runs on; empty for all
     */
    record Rapl(String root, List<Integer> packages, Metering metering) implements EnergyConfig {

        /** Where Linux mounts it. */
        public static final String DEFAULT_ROOT = "/sys/class/powercap";

        public Rapl {
            Check.that(root != null && !root.isBlank(), "root: must not be empty");
            packages = List.copyOf(packages);
        }

        @Override
        public String label() {
            return "rapl";
        }
    }

    /**
     * A figure in the model server's own answer.
     *
     * @param pointer where in the answer, as JSON pointer (RFC 6901), {@code /usage/energy_joules}
     * @param sourcePointer where the server says how it came by the figure; {@code null} if nowhere
     * @param joulesPerUnit what one unit of the figure is in joules, above 0: 1 for joules, 3600
     *     for watt-hours, a core's watts / 1000 for milliseconds of CPU time
     * @param estimated whether the figure is no measurement of energy
     */
    record Response(String pointer, String sourcePointer, double joulesPerUnit, boolean estimated)
            implements EnergyConfig {

        public Response {
            Check.pointer("pointer", pointer);
            if (sourcePointer != null) {
                Check.pointer("sourcePointer", sourcePointer);
            }
            Check.that(
                    joulesPerUnit > 0 && Double.isFinite(joulesPerUnit),
                    "joulesPerUnit: must be above 0, was " + joulesPerUnit);
        }

        @Override
        public String label() {
            return "response";
        }
    }

    /** A price for every token that the model server counts, in joules, at least 0; estimated. */
    record Tokens(double joulesPerPromptToken, double joulesPerCompletionToken)
            implements EnergyConfig {

        public Tokens {
            Check.joules("joulesPerPromptToken", joulesPerPromptToken);
            Check.joules("joulesPerCompletionToken", joulesPerCompletionToken);
        }

        @Override
        public String label() {
            return "tokens";
        }
    }

    /** The same joules for every answer, at least 0; estimated. */
    record Constant(double joulesPerRequest) implements EnergyConfig {

        public Constant {
            Check.joules("joulesPerRequest", joulesPerRequest);
        }

        @Override
        public String label() {
            return "constant";
        }
    }

    /**
     * How devices are read, and their energy split over calls. All models on one device must have
     * the same.
     *
     * @param samplePeriodMillis time between two readings, at least 1
     * @param attribution how energy is split
     * @param promptTokenWeight {@link Attribution#TOKENS}: what a prompt token counts beside a
     *     token of the answer, in [0, 1]; less than 1 because a prompt is computed in one go
     * @param tokenCounters {@link Attribution#TOKENS}: Prometheus page on which the model server
     *     counts the tokens of all its clients, so that what others cost is not charged to us;
     *     {@code null} without one
     */
    record Metering(
            long samplePeriodMillis,
            Attribution attribution,
            double promptTokenWeight,
            String tokenCounters)
            implements Serializable {

        /** Weight of a prompt token if nothing better is known. */
        public static final double DEFAULT_PROMPT_TOKEN_WEIGHT = 0.1;

        private static final int PATIENCE_PERIODS = 4;
        private static final long PATIENCE_MILLIS = 2_000;

        public Metering {
            Check.that(
                    samplePeriodMillis >= 1,
                    "samplePeriodMillis: must be at least 1, was " + samplePeriodMillis);
            Check.that(attribution != null, "attribution: must be given");
            Check.that(
                    promptTokenWeight >= 0 && promptTokenWeight <= 1,
                    "promptTokenWeight: must be between 0 and 1, was " + promptTokenWeight);
            if (tokenCounters != null) {
                Check.page("tokenCounters", tokenCounters);
            }
        }

        /** How long a device may go without a reading before it counts as lost, in nanoseconds. */
        long patienceNanos() {
            long millis = Math.max(PATIENCE_MILLIS, PATIENCE_PERIODS * samplePeriodMillis);
            return TimeUnit.MILLISECONDS.toNanos(millis);
        }

        /** Split by the time that calls are in flight. */
        public static Metering inFlight(long samplePeriodMillis) {
            return new Metering(
                    samplePeriodMillis, Attribution.INFLIGHT, DEFAULT_PROMPT_TOKEN_WEIGHT, null);
        }
    }
}
