package dev.messplus.batch;

import dev.messplus.record.Energy;
import dev.messplus.record.Response;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * What has become of the lines of a batch so far.
 *
 * @param answered lines that a model answered
 * @param failed lines that have no answer, but are valid as far as is known
 * @param invalid lines that were not sent
 * @param scored answers with a score
 * @param scores sum of their scores
 * @param joules energy of all calls for the lines, in joules, as far as it is known
 * @param estimated whether some of it is estimated
 */
@RecordBuilder
public record BatchFigures(
        long answered,
        long failed,
        long invalid,
        long scored,
        double scores,
        double joules,
        boolean estimated) {

    static final BatchFigures NONE = BatchFiguresBuilder.builder().build();

    BatchFigures plus(Response response) {
        BatchFiguresBuilder next = BatchFiguresBuilder.builder(this);
        if (response.isAnswered()) {
            next.answered(answered + 1);
        } else {
            next.failed(failed + 1);
        }
        if (response.isScored()) {
            next.scored(scored + 1).scores(scores + response.score());
        }
        Energy energy = response.energy();
        double known =
                orZero(energy.joules())
                        + orZero(response.explorationJoules())
                        + orZero(response.plannedJoules())
                        + orZero(response.failed().joules());
        return next.joules(joules + known)
                .estimated(estimated || (energy.isKnown() && energy.isEstimated()))
                .build();
    }

    BatchFigures plusFailed() {
        return BatchFiguresBuilder.builder(this).failed(failed + 1).build();
    }

    BatchFigures plusInvalid() {
        return BatchFiguresBuilder.builder(this).invalid(invalid + 1).build();
    }

    /** Without the lines that have no answer, which are read again. */
    BatchFigures answeredAlone() {
        return BatchFiguresBuilder.builder(this).failed(0).invalid(0).build();
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

    private static double orZero(double joules) {
        return Double.isNaN(joules) ? 0 : joules;
    }
}
