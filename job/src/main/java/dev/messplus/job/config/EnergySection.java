package dev.messplus.job.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * Section {@code energy} of a model: where its joules come from. Each source has fields of its own;
 * {@link EnergyRules} refuses those of another source.
 *
 * @param source where joules come from; {@code null} if they come from {@code sources}
 * @param sources several sources whose joules add up; empty if there is one {@code source}
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
 * @param modelWeight attribution tokens: what a token of this model counts on a device that it
 *     shares with other models, above 0
 * @param idle nvml, dcgm, rapl: who pays for the power of the idle device
 * @param settleMillis nvml, dcgm, rapl: how long an answer waits for the step of its counter, in
 *     milliseconds; 0 for never
 * @param user user for basic authentication; {@code null} if {@code apiKey} is a bearer token
 * @param apiKey key for {@code url}, or for {@code tokenCounters} on another server than the
 *     model's; {@code null} for none
 * @param trustStore certificates to trust there with https; {@code null} for those that Java trusts
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
        List<EnergySection> sources,
        List<String> gpus,
        String library,
        String url,
        List<Integer> packages,
        String root,
        Long samplePeriodMillis,
        Split attribution,
        Double promptTokenWeight,
        String tokenCounters,
        Double modelWeight,
        Idle idle,
        Long settleMillis,
        String user,
        String apiKey,
        TrustStoreSection trustStore,
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
        sources = sources == null ? List.of() : List.copyOf(sources);
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
        modelWeight = Defaults.or(modelWeight, Defaults.MODEL_WEIGHT);
        idle = Defaults.or(idle, Idle.INCLUDE);
        settleMillis = Defaults.or(settleMillis, Defaults.SETTLE_MILLIS);
        joulesPerUnit = Defaults.or(joulesPerUnit, Defaults.JOULES_PER_UNIT);
        estimated = Defaults.or(estimated, Defaults.ESTIMATED);
    }

    /** Omits the API key. */
    @Override
    public String toString() {
        return "EnergySection[source=" + source + ", sources=" + sources + "]";
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

    /** Who pays for the power of an idle device. */
    public enum Idle {
        /** Calls in flight pay for the whole device; idle time is nobody's. */
        @JsonProperty("include")
        INCLUDE,

        /** Calls pay only for what exceeds the power of the idle device. */
        @JsonProperty("subtract")
        SUBTRACT,

        /** The energy of idle time is spread over the calls. */
        @JsonProperty("amortise")
        AMORTISE
    }
}
