package dev.messplus.replay;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The policies of a comparison. */
public enum ReplayPolicy {
    /** MESS+ for a stream, as the job runs it by default. */
    STREAM("mess+ (stream)"),
    /** The published rule with the poster's V and c. */
    PAPER("mess+ (paper)"),
    /** The published rule with the V and c that turn out to be best. */
    PAPER_BEST("mess+ (paper, best V and c)"),
    /** One model for everything. */
    ALWAYS("always"),
    /** The poster's coin between the cheapest and the dearest model. */
    RANDOM("random with constraint"),
    /** The cheapest model whose mean score reaches alpha. */
    SINGLE("best single model that meets alpha"),
    /** The least energy that fixed shares can do, known in hindsight. */
    STATIC("best static mix (hindsight)"),
    /** The least energy there is, with every outcome known. */
    CLAIRVOYANT("clairvoyant");

    private final String title;

    ReplayPolicy(String title) {
        this.title = title;
    }

    /** What tables call it. */
    String title() {
        return title;
    }

    /** Whether it is MESS+. */
    boolean isMess() {
        return this == STREAM || this == PAPER || this == PAPER_BEST;
    }

    /** What the command line calls it. */
    String shortName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The policy of a short name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static ReplayPolicy of(String shortName) {
        Optional<ReplayPolicy> found =
                Arrays.stream(values())
                        .filter(policy -> policy.shortName().equalsIgnoreCase(shortName))
                        .findFirst();
        return found.orElseThrow(
                () ->
                        new IllegalArgumentException(
                                "--policies: there is no %s; there are %s"
                                        .formatted(
                                                shortName,
                                                Arrays.stream(values())
                                                        .map(ReplayPolicy::shortName)
                                                        .collect(Collectors.joining(", ")))));
    }
}
