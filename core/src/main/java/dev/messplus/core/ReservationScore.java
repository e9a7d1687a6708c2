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
 * <p>A has the mean mu. What scores the answer says, with probability w, the <em>spread</em>, 1 or
 * 0, and otherwise mu itself: a variance of w mu (1 - mu). A moves by beta of what is said beyond
 * mu. So it is mu + beta (1 - mu) with probability w mu, mu - beta mu with probability w (1 - mu),
 * and otherwise mu. Hence
 *
 * <pre>
 *   z = mu - c                                       where c &gt;= beta mu: z &lt;= mu - beta mu
 *       mu + beta ((mu - c / beta) / (1 - w (1 - mu)) - mu)
 *                                                    where c &gt;= beta w mu (1 - mu): z &lt;= mu
 *       mu + beta (1 - mu) - c / (w mu)              below that
 * </pre>
 *
 * <p>beta is 1 where the score itself is known, and {@code JudgeCalibration}'s slope where a judge
 * guesses it: the less a judge knows, the less it is worth to ask for another answer, and at 0 only
 * the forecasts count.
 */
public final class ReservationScore {

    private ReservationScore() {}

    /**
     * z.
     *
     * @param cost c, in units of score, at least 0
     * @param mean mu, in [0, 1]
     * @param spread w, in [0, 1]
     * @param slope beta, in [0, 1]
     * @return at most 1; not above 0 where the answer costs as much as its mean or more
     */
    public static double of(double cost, double mean, double spread, double slope) {
        if (cost >= slope * mean) {
            return mean - cost;
        }
        double said = cost / slope;
        double reservation =
                said >= spread * mean * (1 - mean)
                        ? (mean - said) / (1 - spread * (1 - mean))
                        : 1 - said / (spread * mean);
        return mean + slope * (reservation - mean);
    }
}
