package dev.messplus.routing;

import dev.messplus.core.Decision;
import dev.messplus.core.Explanation;
import dev.messplus.record.Receipt;
import dev.messplus.record.Receipt.Forecast;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** Writes receipts: a decision with its reason in words. */
final class Receipts {

    /** Enough to check the arithmetic, and half the bytes of all digits. */
    private static final MathContext DIGITS = new MathContext(4);

    private Receipts() {}

    /**
     * The receipt of a decision.
     *
     * @param zoo ids of the models in the order that the decision indexes
     */
    static Receipt of(Decision decision, Explanation why, List<String> zoo) {
        List<Forecast> candidates = new ArrayList<>(zoo.size());
        for (int rank = 0; rank < zoo.size(); rank++) {
            int m = decision.ranking[rank];
            candidates.add(
                    new Forecast(
                            zoo.get(m),
                            rank < decision.asked,
                            why.available()[m],
                            rounded(decision.accuracy[m]),
                            why.deviations()[m] > 0 ? rounded(why.deviations()[m]) : null,
                            known(decision.joules[m]),
                            known(why.objectives()[m])));
        }
        return new Receipt(
                reason(why, candidates),
                why.alpha(),
                rounded(why.q()),
                rounded(why.drift()),
                rounded(decision.pressure),
                known(why.joulesPerScore()),
                candidates);
    }

    private static String reason(Explanation why, List<Forecast> candidates) {
        if (why.second() == Explanation.Second.ALL) {
            return "All available models were called, to learn from them.";
        }
        StringBuilder reason =
                new StringBuilder(
                        areAlike(candidates)
                                ? candidates.get(0).model()
                                        + " was chosen among equals: nothing tells the models apart yet."
                                : chosen(candidates.get(0)));
        rival(why, candidates).ifPresent(reason::append);
        String second = candidates.size() > 1 ? candidates.get(1).model() : "";
        reason.append(
                switch (why.second()) {
                    case UNKNOWN ->
                            " %s was called as well: it was never called before.".formatted(second);
                    case RESERVED ->
                            " %s was called as well, because every model is called now and then."
                                    .formatted(second);
                    case WORTH_MOST ->
                            " %s was called as well: its score is worth knowing, and the exploration budget paid for it."
                                    .formatted(second);
                    default -> "";
                });
        String unavailable =
                candidates.stream()
                        .filter(candidate -> !candidate.available())
                        .map(Forecast::model)
                        .collect(Collectors.joining(", "));
        if (!unavailable.isEmpty()) {
            reason.append(" Unavailable: ").append(unavailable).append('.');
        }
        return reason.toString();
    }

    private static boolean areAlike(List<Forecast> candidates) {
        Forecast first = candidates.get(0);
        return candidates.size() > 1
                && candidates.stream()
                        .allMatch(
                                other ->
                                        Objects.equals(other.objective(), first.objective())
                                                && other.predictedScore()
                                                        == first.predictedScore());
    }

    private static String chosen(Forecast chosen) {
        return "%s was chosen: it costs least for the score that is expected of it (%s, %s)."
                .formatted(
                        chosen.model(),
                        score(chosen.predictedScore()),
                        joules(chosen.estimatedJoules()));
    }

    /** Why the model of the best forecast was not chosen, if it was another one. */
    private static Optional<String> rival(Explanation why, List<Forecast> candidates) {
        Forecast chosen = candidates.get(0);
        Forecast best = chosen;
        for (Forecast candidate : candidates) {
            if (candidate.available() && candidate.predictedScore() > best.predictedScore()) {
                best = candidate;
            }
        }
        if (best == chosen
                || best.estimatedJoules() == null
                || chosen.estimatedJoules() == null
                || !Double.isFinite(why.joulesPerScore())) {
            return Optional.empty();
        }
        double more = best.predictedScore() - chosen.predictedScore();
        return Optional.of(
                " %s is expected to score %s more for %s J more, while that much score is worth %s J now."
                        .formatted(
                                best.model(),
                                points(more),
                                plain(best.estimatedJoules() - chosen.estimatedJoules()),
                                plain(more * why.joulesPerScore())));
    }

    private static String score(double score) {
        return "score " + points(score);
    }

    private static String joules(Double joules) {
        return joules == null ? "joules unknown" : plain(joules) + " J";
    }

    private static String points(double score) {
        return BigDecimal.valueOf(score).setScale(2, RoundingMode.HALF_UP).toPlainString();
    }

    private static String plain(double value) {
        return BigDecimal.valueOf(value).round(new MathContext(2)).toPlainString();
    }

    private static Double known(double value) {
        return Double.isFinite(value) ? (Double) rounded(value) : null;
    }

    private static double rounded(double value) {
        return BigDecimal.valueOf(value).round(DIGITS).doubleValue();
    }
}
