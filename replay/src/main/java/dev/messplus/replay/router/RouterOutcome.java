package dev.messplus.replay.router;

/**
 * What became of a choice.
 *
 * @param x features of the prompt
 * @param scores score of each model's answer in [0, 1], by index; {@code NaN} where there is no
 *     label
 * @param joules energy of each model's answer, by index; {@code NaN} where the model was not asked
 */
public record RouterOutcome(double[] x, RouterChoice choice, double[] scores, double[] joules) {

    /** Whether the answer that was served has a label. */
    public boolean isLabelled() {
        return !Double.isNaN(servedScore());
    }

    /** Score of the answer that was served, or {@code NaN}. */
    public double servedScore() {
        return scores[choice.served()];
    }

    /** Whether each of the models asked has a label. */
    public boolean labelsEveryAnswer() {
        return choice.asked().stream().noneMatch(model -> Double.isNaN(scores[model]));
    }
}
