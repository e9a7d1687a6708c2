package dev.messplus.core;

/**
 * What an answer is worth before it is known: its <em>reservation score</em> (Weitzman, "Optimal
 * Search for the Best Alternative", Econometrica 47, 1979).
 *
 * <p>An answer of score A costs c, in units of score. Beside one of score s that is already there,
 * it adds E[(A - s)^+]. The reservation score z is the s at which that is just worth its cost:
 *
 * <pre>
 *   E[(A - z)^+] = c
 * </pre>
 *
 * <p>A has the mean mu. With probability w, the <em>spread</em>, it is 1 or 0, and otherwise it is
 * mu itself, so its variance is w mu (1 - mu). Hence for s in [0, 1]
 *
 * <pre>
 *   E[(A - s)^+] = w mu (1 - s) + (1 - w) (mu - s)^+
 *
 *   z = mu - c                           where c &gt;= mu, and so z &lt;= 0
 *       (mu - c) / (1 - w (1 - mu))      where c &gt;= w mu (1 - mu), and so 0 &lt;= z &lt;= mu
 *       1 - c / (w mu)                   below that, where mu &lt;= z &lt;= 1
 * </pre>
 */
public final class ReservationScore {

    private ReservationScore() {}

    /**
     * z.
     *
     * @param cost c, in units of score, at least 0
     * @param mean mu, in [0, 1]
     * @param spread w, in [0, 1]
     * @return at most 1; not above 0 where the answer costs as much as its mean or more
     */
    public static double of(double cost, double mean, double spread) {
        if (cost >= mean) {
            return mean - cost;
        }
        return cost >= spread * mean * (1 - mean)
                ? (mean - cost) / (1 - spread * (1 - mean))
                : 1 - cost / (spread * mean);
    }
}
