package dev.messplus.local.report;

import dev.messplus.report.Figures;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/**
 * The cost and quality of one policy.
 *
 * @param name name of the policy, with its model if it has one
 * @param joulesPerRequest mean energy, in joules; {@code NaN} when unknown
 * @param vsStaticMix {@code joulesPerRequest} over that of the best static mix; {@code NaN} when
 *     unknown
 * @param score mean accuracy, in [0, 1]; {@code NaN} when unknown
 * @param shares share of answers by each model, in [0, 1], in the order of the zoo
 * @param exploredShare share of requests that asked more than one model, in [0, 1]; {@code NaN} for
 *     policies that do not explore
 */
@RecordBuilder
public record PolicyRow(
        Kind kind,
        String name,
        double joulesPerRequest,
        double vsStaticMix,
        double score,
        boolean meetsAlpha,
        List<Double> shares,
        double exploredShare) {

    /** The policies of a report. */
    public enum Kind {
        /** The run with all of its energy, exploration and failed calls included. */
        MESS,
        /** The run with the energy of the served answers only. */
        MESS_SERVED,
        /** The same prompts under an SLA that began with recorded outcomes, with all energy. */
        MESS_WARM,
        /** One model for every request. */
        ALWAYS,
        /** A coin between the cheapest and the most expensive model, as in the MESS+ poster. */
        RANDOM,
        /** The fixed shares of least energy that reach alpha, known in hindsight. */
        STATIC_MIX,
        /** The same if shares may differ by kind of prompt. */
        KIND_SPLIT,
        /** A router from the literature. */
        ROUTER
    }

    public PolicyRow {
        shares = List.copyOf(shares);
    }

    /** Whether the promise was met, in a word. */
    String verdict() {
        return Double.isNaN(score) ? Figures.UNKNOWN : meetsAlpha ? "yes" : "no";
    }

    /** {@link #exploredShare} as text; empty if there is none. */
    String explored() {
        return Double.isNaN(exploredShare) ? "" : Figures.share(exploredShare);
    }
}
