package dev.messplus.energy.counter;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address of a GPU on its bus, as {@code lspci} and {@code nvidia-smi -q} show it: {@code
 * 65:00.0}, or with a domain of 4 to 8 digits {@code 00000000:65:00.0}.
 */
final class PciBusId {

    private static final Pattern ID =
            Pattern.compile("(?:(\\p{XDigit}{4,8}):)?(\\p{XDigit}{2}:\\p{XDigit}{2}\\.[0-7])");

    private PciBusId() {}

    static boolean is(String text) {
        return ID.matcher(text).matches();
    }

    /** Whether two texts are the same address, with or without its domain. */
    static boolean same(String a, String b) {
        return is(a) && is(b) && full(a).equals(full(b));
    }

    private static String full(String id) {
        Matcher parts = ID.matcher(id.toLowerCase(Locale.ROOT));
        if (!parts.matches()) {
            throw new IllegalArgumentException(id);
        }
        long domain = parts.group(1) == null ? 0 : Long.parseLong(parts.group(1), 16);
        return domain + ":" + parts.group(2);
    }
}
