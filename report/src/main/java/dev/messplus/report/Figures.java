package dev.messplus.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Formats numbers, in the same way for the console and for pages. */
public final class Figures {

    /** The text for a number that is not known. */
    public static final String UNKNOWN = "n/a";

    /** Makes .6, whose double is a little smaller, appear as 0.600. */
    private static final double ROUNDING = 1e-9;

    /** Below it, leading zeros would have to be counted. */
    private static final double TINY = 1e-5;

    private Figures() {}

    /** A score with three decimals, rounded down so that one below alpha never appears as alpha. */
    public static String score(double score) {
        return Double.isNaN(score)
                ? UNKNOWN
                : BigDecimal.valueOf(score + ROUNDING)
                        .setScale(3, RoundingMode.FLOOR)
                        .toPlainString();
    }

    /**
     * Any number with at most four significant digits; a tiny one as a power of ten, such as {@code
     * 1.4e-9}.
     */
    public static String digits(double value) {
        if (!Double.isFinite(value)) {
            return UNKNOWN;
        }
        if (value != 0 && Math.abs(value) < TINY) {
            return String.format(Locale.ROOT, "%.1e", value).replaceFirst("e-0?", "e-");
        }
        return BigDecimal.valueOf(value)
                .round(new MathContext(4))
                .stripTrailingZeros()
                .toPlainString();
    }

    /** Joules with three significant digits, without the unit. */
    public static String joules(double joules) {
        if (!Double.isFinite(joules)) {
            return UNKNOWN;
        }
        if (joules >= 100) {
            return String.format(Locale.ROOT, "%,.0f", joules);
        }
        if (joules == 0) {
            return "0";
        }
        BigDecimal rounded = BigDecimal.valueOf(joules).round(new MathContext(3));
        int decimals = Math.min(5, 3 - rounded.precision() + rounded.scale());
        return rounded.setScale(Math.max(0, decimals), RoundingMode.HALF_UP).toPlainString();
    }

    /** Joules with three significant digits, in J, kJ or MJ. */
    public static String energy(double joules) {
        if (joules >= 1e7) {
            return joules(joules / 1e6) + " MJ";
        }
        return joules >= 1e4 ? joules(joules / 1e3) + " kJ" : joules(joules) + " J";
    }

    /** A factor, such as {@code 0.91x}. */
    public static String factor(double factor) {
        return Double.isFinite(factor) ? String.format(Locale.ROOT, "%.2fx", factor) : UNKNOWN;
    }

    /** A share in whole percent; a share above 0 never appears as 0%. */
    public static String share(double share) {
        if (Double.isNaN(share)) {
            return UNKNOWN;
        }
        return share > 0 && share < 0.005
                ? "<1%"
                : String.format(Locale.ROOT, "%.0f%%", 100 * share);
    }

    /** Compares two energies, such as {@code 61% less energy than always large}. */
    public static String compared(double joules, double otherJoules, String other) {
        double factor = joules / otherJoules;
        if (!Double.isFinite(factor)) {
            return "energy not comparable to " + other;
        }
        if (factor >= 2) {
            return String.format(Locale.ROOT, "%.1f times the energy of %s", factor, other);
        }
        long percent = Math.round(100 * (factor - 1));
        if (percent == 0) {
            return "the same energy as " + other;
        }
        return Math.abs(percent) + "% " + (percent < 0 ? "less" : "more") + " energy than " + other;
    }

    /** The relative change between two energies, such as {@code \u221261%}. */
    public static String change(double joules, double otherJoules) {
        double factor = joules / otherJoules;
        if (!Double.isFinite(factor)) {
            return UNKNOWN;
        }
        if (factor >= 2) {
            return String.format(Locale.ROOT, "%.1f\u00d7", factor);
        }
        long percent = Math.round(100 * (factor - 1));
        String sign = percent < 0 ? "\u2212" : percent > 0 ? "+" : "\u00b1";
        return sign + Math.abs(percent) + "%";
    }

    /** A whole number with thousands separators. */
    public static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** Bytes with three significant digits, in B to TiB. */
    public static String bytes(long bytes) {
        double size = bytes;
        String unit = "B";
        for (String larger : List.of("KiB", "MiB", "GiB", "TiB")) {
            if (size < 1000) {
                break;
            }
            size /= 1024;
            unit = larger;
        }
        return joules(size) + " " + unit;
    }

    /** A number of requests with one decimal, such as the length of a virtual queue. */
    public static String queue(double q) {
        return String.format(Locale.ROOT, "%,.1f", q);
    }

    /** A latency in milliseconds, or from 10 s on in seconds. */
    public static String latency(long millis) {
        return millis < 10_000
                ? count(millis) + " ms"
                : String.format(Locale.ROOT, "%.1f s", millis / 1e3);
    }

    /** A duration in hours, minutes and seconds, with tenths of a second below 10 s. */
    public static String duration(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 10) {
            return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1e3);
        }
        if (seconds < 60) {
            return seconds + " s";
        }
        return seconds < 3600
                ? seconds / 60 + " min " + seconds % 60 + " s"
                : seconds / 3600 + " h " + seconds / 60 % 60 + " min";
    }
}
