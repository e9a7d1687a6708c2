package dev.messplus.job.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * Section {@code energy} of a model: where its joules come from. Each source has fields of its own;
 * {@link EnergyRules} refuses those of another source.
 *
 * @param source where joules come from
 * @param gpus nvml, dcgm: GPUs that the model runs on, by index or UUID
 * @param library nvml: name or path of NVIDIA's management library
 * @param url dcgm: address of the exporter's page
 * @param packages rapl: processor packages that the model runs on; empty for all
 * @param root rapl: folder where Linux mounts powercap
 * @param samplePeriodMillis nvml, dcgm, rapl: milliseconds between two readings
 * @param attribution nvml, dcgm, rapl: how a device's energy is split between the calls on it
 * @param promptTokenWeight attribution tokens: weight of a prompt token relative to a completion
 *     token, in [0, 1]
 * @param tokenCounters attribution tokens: address of the model server's Prometheus page; {@code
 *     null} for none
 * @param pointer response: JSON pointer to the figure in the server's answer
 * @param sourcePointer response: JSON pointer to how the server measured it; {@code null} for none
 * @param joulesPerUnit response: joules in one unit of the figure
 * @param estimated response: whether the figure is an estimate instead of a measurement
 * @param joulesPerPromptToken tokens: joules per prompt token
 * @param joulesPerCompletionToken tokens: joules per completion token
 * @param joulesPerRequest constant: joules per request
 * @param priorJoules joules per request to assume before the first measurement; {@code null} if
 *     unknown
 * @param priorJoulesPerToken joules per prompt token to add to {@code priorJoules}; {@code null} if
 *     unknown
 */
public record EnergySection(
        Source source,
        List<String> gpus,
        String library,
        String url,
        List<Integer> packages,
        String root,
        Long samplePeriodMillis,
        Split attribution,
        Double promptTokenWeight,
        String tokenCounters,
        String pointer,
        String sourcePointer,
        Double joulesPerUnit,
        Boolean estimated,
        Double joulesPerPromptToken,
        Double joulesPerCompletionToken,
        Double joulesPerRequest,
        Double priorJoules,
        Double priorJoulesPerToken) {

    public EnergySection {
        library = Defaults.or(library, Defaults.NVML_LIBRARY);
        packages = packages == null ? List.of() : List.copyOf(packages);
        root = Defaults.or(root, Defaults.RAPL_ROOT);
        samplePeriodMillis =
                Defaults.or(
                        samplePeriodMillis,
                        source == Source.DCGM
                                ? Defaults.DCGM_SAMPLE_PERIOD_MILLIS
                                : Defaults.DEVICE_SAMPLE_PERIOD_MILLIS);
        attribution = Defaults.or(attribution, Split.INFLIGHT);
        promptTokenWeight = Defaults.or(promptTokenWeight, Defaults.PROMPT_TOKEN_WEIGHT);
        joulesPerUnit = Defaults.or(joulesPerUnit, Defaults.JOULES_PER_UNIT);
        estimated = Defaults.or(estimated, Defaults.ESTIMATED);
    }

    /** Where joules come from. */
    public enum Source {
        /** GPUs of this host, through NVIDIA's management library. */
        @JsonProperty("nvml")
        NVML,

        /** GPUs of another host, through its DCGM exporter. */
        @JsonProperty("dcgm")
        DCGM,

        /** Processor packages of this host, through Linux's powercap. */
        @JsonProperty("rapl")
        RAPL,

        /** A figure in the model server's answer. */
        @JsonProperty("response")
        RESPONSE,

        /** An estimate: a price for each token. */
        @JsonProperty("tokens")
        TOKENS,

        /** An estimate: the same price for each request. */
        @JsonProperty("constant")
        CONSTANT
    }

    /** How a device's energy is split between the calls on it. */
    public enum Split {
        /** By the time that each call is in flight. */
        @JsonProperty("inflight")
        INFLIGHT,

        /** By the tokens of each call. */
        @JsonProperty("tokens")
        TOKENS
    }
}
