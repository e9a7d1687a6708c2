package dev.messplus.setting;

import java.net.URI;
import java.net.URISyntaxException;

/** Validates settings; messages start with the setting. */
public final class Check {

    private Check() {}

    /** Requires a condition. */
    public static void that(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    /** Requires joules that are finite, and at least 0. */
    public static void joules(String field, double joules) {
        that(
                joules >= 0 && Double.isFinite(joules),
                field + ": must be at least 0 and finite, was " + joules);
    }

    /** Requires a JSON pointer (RFC 6901). */
    public static void pointer(String field, String pointer) {
        that(
                pointer != null && pointer.startsWith("/"),
                field + ": must be a JSON pointer like /usage/energy_joules, was " + pointer);
    }

    /**
     * Requires an address over http or https. Messages leave the URL out where it may contain a
     * password.
     */
    public static void page(String field, String url) {
        that(url != null, field + ": must be given");
        that(!url.contains("@"), field + ": must not contain a user or a password");
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(field + ": is not a URL: " + e.getReason());
        }
        that(
                ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                        && uri.getHost() != null,
                field + ": must be like http://host:port/metrics, was '" + url + "'");
    }
}
