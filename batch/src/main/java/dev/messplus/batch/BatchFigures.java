package dev.messplus.batch;

import dev.messplus.record.Response;

/**
 * What has become of the lines of a batch so far.
 *
 * @param answered lines that a model answered
 * @param failed lines that were sent and have no answer
 * @param invalid lines that were not sent
 * @param scored answers with a score
 * @param scores sum of their scores
 * @param joules energy of all calls for the lines, in joules, as far as it is known
 * @param estimated whether some of it is estimated
 */
public record BatchFigures(
        long answered,
        long failed,
        long invalid,
        long scored,
        double scores,
        double joules,
        boolean estimated) {

    static final BatchFigures NONE = new BatchFigures(0, 0, 0, 0, 0, 0, false);

    BatchFigures plus(Response response) {
        boolean ok = response.isAnswered();
        boolean energy = response.energy().isKnown();
        return new BatchFigures(
                answered + (ok ? 1 : 0),
                failed + (ok ? 0 : 1),
                invalid,
                scored + (response.isScored() ? 1 : 0),
                scores + (response.isScored() ? response.score() : 0),
                joules
                        + (energy ? response.energy().joules() : 0)
                        + known(response.explorationJoules())
                        + known(response.failed().joules()),
                estimated || (energy && response.energy().isEstimated()));
    }

    BatchFigures plusInvalid() {
        return new BatchFigures(answered, failed, invalid + 1, scored, scores, joules, estimated);
    }

    /** Without the lines that were sent and have no answer, which are sent again. */
    BatchFigures withoutFailed() {
        return new BatchFigures(answered, 0, invalid, scored, scores, joules, estimated);
    }

    /** Lines of which it is known what became of them. */
    public long done() {
        return answered + failed + invalid;
    }

    /** Lines without an answer. */
    public long errors() {
        return failed + invalid;
    }

    /** Mean score of the answers that have one; {@code NaN} if none has. */
    public double meanScore() {
        return scored == 0 ? Double.NaN : scores / scored;
    }

    private static double known(double joules) {
        return Double.isNaN(joules) ? 0 : joules;
    }
}
