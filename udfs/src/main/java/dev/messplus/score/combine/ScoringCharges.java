package dev.messplus.score.combine;

import dev.messplus.energy.EnergyCharge;
import dev.messplus.score.Score;
import dev.messplus.score.ScoringException;
import dev.messplus.sharing.Futures;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Keeps what the calls of all parts are charged, whether there is a score in the end or not. */
final class ScoringCharges {

    private ScoringCharges() {}

    /** A score, or the failure to have one, with what was charged before. */
    static CompletableFuture<Score> adding(
            List<EnergyCharge> before, CompletableFuture<Score> score) {
        if (before.isEmpty()) {
            return score;
        }
        return score.handle(
                (known, failure) -> {
                    List<EnergyCharge> all =
                            Stream.concat(before.stream(), of(score).stream()).toList();
                    if (failure != null) {
                        throw failure(failure, all);
                    }
                    return new Score(known.value(), all);
                });
    }

    /** What a scorer that is done was charged, whether it failed or not. */
    static List<EnergyCharge> of(CompletableFuture<Score> done) {
        return done.handle(
                        (score, failure) ->
                                failure == null
                                        ? score.charges()
                                        : Futures.unwrapped(failure) instanceof ScoringException e
                                                ? e.charges()
                                                : List.<EnergyCharge>of())
                .join();
    }

    /** A failure with these charges. */
    static ScoringException failure(Throwable failure, List<EnergyCharge> charges) {
        Throwable cause = Futures.unwrapped(failure);
        return new ScoringException(cause.getMessage(), cause.getCause(), charges);
    }
}
