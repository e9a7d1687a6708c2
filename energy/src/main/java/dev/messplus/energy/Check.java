package dev.messplus.energy;

import java.net.URI;
import java.net.URISyntaxException;

/** What the records of {@link EnergyConfig} refuse, by field. */
final class Check {

    private Check() {}

    static void that(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    static void joules(String name, double joules) {
        that(joules >= 0 && Double.isFinite(joules), name + ": must be at least 0, was " + joules);
    }

    static void pointer(String name, String pointer) {
        that(
                pointer != null && pointer.startsWith("/"),
                name + ": must be a JSON pointer like /usage/energy_joules, was " + pointer);
    }

    /** The value is left out where it may hold a password. */
    static void page(String name, String url) {
        that(url != null && !url.contains("@"), name + ": must be given, and have no user");
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(name + ": not a URL: " + e.getReason());
        }
        that(
                ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                        && uri.getHost() != null,
                name + ": must be like http://host:port/metrics, was '" + url + "'");
    }
}
