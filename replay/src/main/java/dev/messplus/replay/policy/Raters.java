package dev.messplus.replay.policy;

import dev.messplus.core.LabelSource;

/** Who gives labels, and to which answers. */
public enum Raters {
    /** Every answer is rated, served or not, whatever its score. */
    ALL(1, 1),
    /** Users who rate only an answer that they dislike, 40% of the time. */
    UNHAPPY(.4, 0),
    /** Users who rate mostly an answer that they like: 50% of those, and 5% of the others. */
    HAPPY(.05, .5);

    /** An answer of at least this score is liked. */
    private static final double LIKED = .5;

    private final double ofDisliked;
    private final double ofLiked;

    Raters(double ofDisliked, double ofLiked) {
        this.ofDisliked = ofDisliked;
        this.ofLiked = ofLiked;
    }

    /**
     * Probability that an answer is rated.
     *
     * @param score true score of the answer served, in [0, 1]
     */
    double rate(double score) {
        return score >= LIKED ? ofLiked : ofDisliked;
    }

    /**
     * What they do, as an owner declares it.
     *
     * @param share of the answers that they can rate, in (0, 1]
     */
    LabelSource labelSource(double share) {
        return LabelSource.users(share * ofLiked, share * ofDisliked);
    }

    /** Whether only the answer that was served can be rated, because nobody saw another one. */
    public boolean seeOnlyTheServedAnswer() {
        return this != ALL;
    }
}
