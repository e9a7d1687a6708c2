package dev.messplus.route;

import dev.messplus.core.Decision;
import dev.messplus.core.algorithm.Explanation;
import dev.messplus.core.cost.PriceParts;
import dev.messplus.record.Receipt;
import dev.messplus.record.Receipt.Forecast;
import dev.messplus.record.Receipt.Price;
import dev.messplus.record.ReceiptBuilder;
import dev.messplus.record.ReceiptForecastBuilder;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** Writes receipts: a decision with its reason in words. */
final class ReceiptWriter {

    /** Below it, leading zeros would have to be counted. */
    private static final double TINY = 1e-5;

    /** Enough to check the arithmetic, and half the bytes of all digits. */
    private static final MathContext DIGITS = new MathContext(4);

    private ReceiptWriter() {}

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
                    ReceiptForecastBuilder.builder()
                            .model(zoo.get(m))
                            .called(rank < decision.asked)
                            .available(why.models().available()[m])
                            .predictedScore(rounded(decision.accuracy[m]))
                            .scoreDeviation(
                                    why.models().deviations()[m] > 0
                                            ? (Double) rounded(why.models().deviations()[m])
                                            : null)
                            .estimatedJoules(known(decision.chargeJoules[m]))
                            .priceJoules(known(decision.joules[m]))
                            .price(price(why.models().prices()[m]))
                            .objective(known(why.models().objectives()[m]))
                            .build());
        }
        return ReceiptBuilder.builder()
                .reason(reason(why, candidates, decision.plan != null))
                .alpha(why.owed().alpha())
                .q(rounded(why.owed().q()))
                .drift(rounded(why.owed().drift()))
                .pressure(rounded(decision.pressure))
                .joulesPerScore(known(why.joulesPerScore()))
                .candidates(candidates)
                .build();
    }

    private static Price price(PriceParts parts) {
        return parts == null
                ? null
                : new Price(
                        rounded(parts.prefill()),
                        rounded(parts.decode()),
                        rounded(parts.failure()),
                        rounded(parts.waiting()),
                        rounded(parts.load()));
    }

    private static String reason(Explanation why, List<Forecast> candidates, boolean planned) {
        if (why.second() == Explanation.Second.ALL) {
            return "All available models were called, to learn from them.";
        }
        Forecast chosen = candidates.get(0);
        StringBuilder reason = new StringBuilder();
        if (areAlike(candidates)) {
            reason.append(chosen.model())
                    .append(" was chosen among equals: nothing distinguishes the models yet.");
        } else {
            reason.append(
                    nextBest(candidates)
                            .map(next -> comparison(chosen, next, why.joulesPerScore(), planned))
                            .orElse(chosen.model() + " was chosen: no other model is available."));
        }
        String second = candidates.size() > 1 ? candidates.get(1).model() : "";
        reason.append(
                switch (why.second()) {
                    case UNKNOWN ->
                            " %s was called as well: it was never called before.".formatted(second);
                    case RESERVED ->
                            " %s was called as well: its reserve of the exploration budget paid for it."
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

    /** The available model that would have been chosen without the chosen one. */
    private static Optional<Forecast> nextBest(List<Forecast> candidates) {
        return candidates.stream()
                .skip(1)
                .filter(candidate -> candidate.available() && candidate.objective() != null)
                .min(Comparator.comparingDouble(Forecast::objective));
    }

    /** Why one model was chosen and not the next best: what it costs more, and what that buys. */
    private static String comparison(
            Forecast chosen, Forecast next, double joulesPerScore, boolean planned) {
        if (Objects.equals(chosen.objective(), next.objective())) {
            return chosen.model()
                    + " was chosen in its turn: no score is known yet, and other models cost about as"
                    + " much.";
        }
        String names = chosen.model() + " was chosen over " + next.model() + ": ";
        if (chosen.priceJoules() == null
                || next.priceJoules() == null
                || !Double.isFinite(joulesPerScore)) {
            return names
                    + "it is expected to score %s, and %s to score %s; not all joules are known yet."
                            .formatted(
                                    points(chosen.predictedScore()),
                                    next.model(),
                                    points(next.predictedScore()));
        }
        double more = chosen.predictedScore() - next.predictedScore();
        double joulesMore = chosen.priceJoules() - next.priceJoules();
        if (planned) {
            return "%s was chosen over %s to be called first: it is expected to score %s %s, and takes %s J %s. Another model is called if the score of its answer is low."
                    .formatted(
                            chosen.model(),
                            next.model(),
                            points(Math.abs(more)),
                            more < 0 ? "less" : "more",
                            plain(Math.abs(joulesMore)),
                            joulesMore < 0 ? "less" : "more");
        }
        if (more >= 0) {
            String quality = "it is expected to score %s more, ".formatted(points(more));
            return joulesMore > 0
                    ? names
                            + quality
                            + "which is worth %s J now, and costs %s J more."
                                    .formatted(plain(more * joulesPerScore), plain(joulesMore))
                    : names + quality + "and takes %s J less.".formatted(plain(-joulesMore));
        }
        return names
                + "it takes %s J less, while the %s of score that %s may add is worth %s J now."
                        .formatted(
                                plain(-joulesMore),
                                points(-more),
                                next.model(),
                                plain(-more * joulesPerScore));
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

    private static String points(double score) {
        return BigDecimal.valueOf(score).setScale(2, RoundingMode.HALF_UP).toPlainString();
    }

    private static String plain(double value) {
        if (value != 0 && Math.abs(value) < TINY) {
            return String.format(Locale.ROOT, "%.1e", value).replaceFirst("e-0?", "e-");
        }
        return BigDecimal.valueOf(value).round(new MathContext(2)).toPlainString();
    }

    private static Double known(double value) {
        return Double.isFinite(value) ? (Double) rounded(value) : null;
    }

    private static double rounded(double value) {
        return BigDecimal.valueOf(value).round(DIGITS).doubleValue();
    }
}
