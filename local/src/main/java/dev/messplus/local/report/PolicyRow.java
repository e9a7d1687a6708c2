package dev.messplus.local.report;

import java.util.List;

/**
 * What one policy costs and achieves.
 *
 * @param kind which policy
 * @param name the policy in words, the model included
 * @param joulesPerRequest mean energy, in joules; {@code NaN} when unknown
 * @param vsStaticMix {@code joulesPerRequest} over that of the best static mix; {@code NaN} when
 *     unknown
 * @param score mean accuracy, in [0, 1]; {@code NaN} when unknown
 * @param meetsAlpha whether {@code score} reaches the promise
 * @param shares share of answers by each model, in [0, 1], in the order of the zoo
 * @param exploredShare share of requests that asked more than one model, in [0, 1]; {@code NaN} for
 *     policies that do not explore
 */
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
        /** The run, with all the energy it took: exploration and failed calls included. */
        MESS,
        /** The run, by the energy of the answers it served alone. */
        MESS_SERVED,
        /** One model for everything. */
        ALWAYS,
        /** The poster's coin between the cheapest and the dearest model. */
        RANDOM,
        /** The least energy that fixed shares can do, known in hindsight. */
        STATIC_MIX
    }

    public PolicyRow {
        shares = List.copyOf(shares);
    }
}
