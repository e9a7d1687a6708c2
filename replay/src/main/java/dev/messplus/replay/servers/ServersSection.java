package dev.messplus.replay.servers;

import dev.messplus.energy.IdlePolicy;
import dev.messplus.setting.Setting;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The file of {@code mess replay --servers}.
 *
 * @param models the zoo, in its order, by the names that the table of outcomes has
 * @param devices GPUs that several models share, or that have their own idle power
 * @param idle who pays for idle power in the product's books
 * @param requests number of requests to expect; without it {@code seconds}, or a default
 * @param seconds length of a run
 * @param labelDelayMillis how long after its answer a score is known; 0 if answers are scored when
 *     they come
 */
record ServersSection(
        @Setting(required = true) Map<String, ModelSettings> models,
        @Setting Map<String, DeviceSettings> devices,
        @Setting(byDefault = "include") IdlePolicy idle,
        @Setting(required = true) ArrivalSettings arrivals,
        @Setting(range = "[1, 10000000]") Long requests,
        @Setting(range = "[1, 31536000]") Double seconds,
        @Setting AnswerSettings answers,
        @Setting PromptSettings prompts,
        @Setting(byDefault = "0", range = "[0, 604800000]") long labelDelayMillis) {

    ServersSection {
        models = Collections.unmodifiableMap(new LinkedHashMap<>(models));
        devices =
                devices == null
                        ? Map.of()
                        : Collections.unmodifiableMap(new LinkedHashMap<>(devices));
    }

    /**
     * A model and its server. What is not given is that of the preset, or a default of {@link
     * dev.messplus.replay.serving.ServerSpec}.
     *
     * @param device one of {@code devices}; without it the model has a device of its own
     */
    record ModelSettings(
            @Setting String preset,
            @Setting String device,
            @Setting(range = "(0, 100000]") Double stepMillis,
            @Setting(range = "[0, 100000]") Double stepMillisPerSequence,
            @Setting(range = "[0, 100000]") Double stepMillisPerKiloToken,
            @Setting(range = "[0, 100000]") Double prefillMillisPerToken,
            @Setting(range = "[1, 1000000]") Integer maxSequences,
            @Setting(range = "[1, 10000000]") Integer maxBatchedTokens,
            @Setting(range = "[1, 1000000000]") Integer kvTokens,
            @Setting(range = "[0, 1000000]") Double wattsAlone,
            @Setting(range = "[0, 1000000]") Double wattsFull,
            @Setting(range = "(0, 1000000]") Double saturation,
            @Setting(range = "(0, 1000000]") Double prefillTokensPerSequence,
            @Setting(byDefault = "false") boolean reportsWork,
            @Setting(byDefault = "1", range = "(0, 1000]") double answerFactor,
            @Setting(byDefault = "0", range = "[0, 1]") double failedShare,
            @Setting(byDefault = "1", range = "(0, 1000]") double failedFactor,
            @Setting(byDefault = "false") boolean blamesServer) {}

    /** A GPU, or several that work as one. */
    record DeviceSettings(@Setting(required = true, range = "[0, 1000000]") double idleWatts) {}

    /** How many requests arrive; one of three curves. */
    record ArrivalSettings(
            @Setting PoissonSettings poisson,
            @Setting BurstSettings bursts,
            @Setting DaySettings day) {}

    /** A constant rate. */
    record PoissonSettings(@Setting(required = true, range = "(0, 100000]") double perSecond) {}

    /** Two rates in turns; a burst ends each period. */
    record BurstSettings(
            @Setting(required = true, range = "[0, 100000]") double perSecond,
            @Setting(required = true, range = "(0, 100000]") double inBurstsPerSecond,
            @Setting(required = true, range = "(0, 31536000]") double periodSeconds,
            @Setting(required = true, range = "(0, 31536000]") double burstSeconds) {}

    /** A sine between two rates. */
    record DaySettings(
            @Setting(required = true, range = "[0, 100000]") double lowPerSecond,
            @Setting(required = true, range = "(0, 100000]") double highPerSecond,
            @Setting(byDefault = "86400", range = "(0, 31536000]") double periodSeconds) {}

    /** Lengths of answers, which are log-normal. */
    record AnswerSettings(
            @Setting(byDefault = "200", range = "[1, 1000000]") double meanTokens,
            @Setting(byDefault = "0.6", range = "[0, 3]") double sigma) {}

    /** Lengths of prompts that were not recorded, and what a prefix cache has of every prompt. */
    record PromptSettings(
            @Setting(byDefault = "300", range = "[1, 1000000]") int tokens,
            @Setting(byDefault = "0", range = "[0, 1000000]") int cachedTokens) {}
}
