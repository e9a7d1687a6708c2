package dev.messplus.core;

/** Checks of settings. Every error names the setting, the rule and the value. */
public final class Checks {

    private Checks() {}

    public static void share(String setting, double value) {
        require(value >= 0 && value <= 1, setting, "between 0 and 1", value);
    }

    public static void amount(String setting, double value) {
        require(
                value >= 0 && value < Double.POSITIVE_INFINITY,
                setting,
                "finite and at least 0",
                value);
    }

    public static void positive(String setting, double value) {
        require(
                value > 0 && value < Double.POSITIVE_INFINITY,
                setting,
                "finite and above 0",
                value);
    }

    public static void finite(String setting, float[] values) {
        for (float value : values) {
            require(Float.isFinite(value), setting, "finite numbers", value);
        }
    }

    public static void atLeast(int least, String setting, long value) {
        if (value < least) {
            throw new IllegalArgumentException(
                    setting + ": must be at least " + least + ", was " + value);
        }
    }

    private static void require(boolean holds, String setting, String rule, double value) {
        if (!holds) {
            throw new IllegalArgumentException(setting + ": must be " + rule + ", was " + value);
        }
    }
}
