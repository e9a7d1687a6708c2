package dev.messplus.energy;

import java.io.Serializable;

/**
 * How one model's energy is told. Only the figures of its source count; the others may be anything.
 *
 * @param source where the joules come from
 * @param wattsPerCore power of one busy core, in watts, above 0; only effective with {@link
 *     EnergySource#CPU_TIME}
 * @param joulesPerPromptToken at least 0; only effective with {@link EnergySource#TOKENS}
 * @param joulesPerCompletionToken at least 0; only effective with {@link EnergySource#TOKENS}
 * @param joulesPerRequest at least 0; only effective with {@link EnergySource#CONSTANT}
 * @param priorJoules joules of a typical answer, to assume until the first one is metered; at least
 *     0, {@code NaN} when nobody can tell
 */
public record EnergyConfig(
        EnergySource source,
        double wattsPerCore,
        double joulesPerPromptToken,
        double joulesPerCompletionToken,
        double joulesPerRequest,
        double priorJoules)
        implements Serializable {

    public EnergyConfig {
        if (source == null) {
            throw new IllegalArgumentException("source: must be given");
        }
        switch (source) {
            case CPU_TIME ->
                    require(
                            wattsPerCore > 0 && Double.isFinite(wattsPerCore),
                            "wattsPerCore",
                            "above 0",
                            wattsPerCore);
            case TOKENS -> {
                requireJoules("joulesPerPromptToken", joulesPerPromptToken);
                requireJoules("joulesPerCompletionToken", joulesPerCompletionToken);
            }
            case CONSTANT -> requireJoules("joulesPerRequest", joulesPerRequest);
        }
        if (!Double.isNaN(priorJoules)) {
            requireJoules("priorJoules", priorJoules);
        }
    }

    /** Joules from the CPU time that the model server reports. */
    public static EnergyConfig cpuTime(double wattsPerCore) {
        return new EnergyConfig(EnergySource.CPU_TIME, wattsPerCore, 0, 0, 0, Double.NaN);
    }

    /** Joules from the tokens that the model server counts. */
    public static EnergyConfig tokens(double joulesPerPromptToken, double joulesPerCompletion) {
        return new EnergyConfig(
                EnergySource.TOKENS, 0, joulesPerPromptToken, joulesPerCompletion, 0, Double.NaN);
    }

    /** The same joules for every answer. */
    public static EnergyConfig constant(double joulesPerRequest) {
        return new EnergyConfig(EnergySource.CONSTANT, 0, 0, 0, joulesPerRequest, joulesPerRequest);
    }

    /** The same, with another assumption about answers before the first one is metered. */
    public EnergyConfig withPriorJoules(double joules) {
        return new EnergyConfig(
                source,
                wattsPerCore,
                joulesPerPromptToken,
                joulesPerCompletionToken,
                joulesPerRequest,
                joules);
    }

    private static void requireJoules(String name, double joules) {
        require(joules >= 0 && Double.isFinite(joules), name, "at least 0", joules);
    }

    private static void require(boolean holds, String name, String range, double was) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": must be " + range + ", was " + was);
        }
    }
}
