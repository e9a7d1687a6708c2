package dev.messplus.local.zoo;

/** Scores for the option that is least like the others. */
final class OddOneOut {

    private OddOneOut() {}

    /** How alike two options are. */
    interface Similarity {
        double of(int option, int other);
    }

    /** For each option, its mean similarity to the others, negated. */
    static double[] scores(int options, Similarity similarity) {
        double[] scores = new double[options];
        for (int i = 0; i < options; i++) {
            for (int j = 0; j < options; j++) {
                scores[i] -= i == j ? 0 : similarity.of(i, j) / (options - 1);
            }
        }
        return scores;
    }
}
