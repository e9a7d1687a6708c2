package dev.messplus.energy;

import java.util.Locale;

/** Where the joules of an answer come from. All of these estimate; none reads a counter. */
public enum EnergySource {
    /** CPU time that the model server reports with its answer, times watts per busy core. */
    CPU_TIME,
    /** Tokens of prompt and answer that the model server counts, times joules per token. */
    TOKENS,
    /** The same joules for every answer. */
    CONSTANT;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The source's name in configuration, e.g. {@code cpu_time}. */
    public String label() {
        return label;
    }
}
