package dev.messplus.core;

/**
 * Which answers people audit where a judge scores all of them. A draw is a hash of (seed, request
 * id), as in {@link Exploration}, so that everybody who asks gets the same answer, also after a
 * failure. Another salt keeps it apart from the draws X_t.
 */
public final class AuditDraw {

    private static final long SALT = 0x6A09E667F3BCC909L;

    private AuditDraw() {}

    /**
     * Whether the answer to a request is to be audited.
     *
     * @param seed of the SLA
     * @param share of the answers that are audited, in [0, 1]
     */
    public static boolean draws(long seed, CharSequence requestId, double share) {
        return Exploration.draw(seed ^ SALT, requestId) < share;
    }

    /** Whether the answer to a request is to be audited under an SLA: never without a judge. */
    public static boolean draws(Sla sla, CharSequence requestId) {
        return sla.labels().isJudged() && draws(sla.seed(), requestId, sla.labels().ratedGood());
    }
}
