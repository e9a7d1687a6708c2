package dev.messplus.local.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.messplus.record.Candidate;
import dev.messplus.record.Energy;
import dev.messplus.record.Json;
import dev.messplus.record.Receipt;
import dev.messplus.record.Receipt.Forecast;
import dev.messplus.record.Response;
import dev.messplus.report.Figures;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A receipt as people read it, on a page or on the console: what was expected of each model, and
 * what came of it.
 *
 * @param reason the decision in words
 * @param rows a row for each model of the zoo, in the order of the ranking; the cells are those of
 *     {@link #COLUMNS}
 * @param state what the decision was made under
 */
public record ReceiptSheet(String reason, List<List<String>> rows, String state) {

    /** The names of the columns. */
    public static final List<String> COLUMNS =
            List.of(
                    "model",
                    "expected score",
                    "±",
                    "expected J",
                    "objective",
                    "answer",
                    "score",
                    "J");

    /** Index of the column with what a model answered, the only one of any length. */
    public static final int ANSWER = COLUMNS.indexOf("answer");

    /** How the columns and {@link #state} are to be read. */
    public static final String LEGEND =
            "The available model with the least objective is chosen. The objective is E − λ·score in"
                    + " joules, with the expected joules E and the expected score, which counts as up to"
                    + " three ± higher while answers are behind the target; with preset: paper it is V·E +"
                    + " Q·(alpha − score), and where models are called one after the other −λ·z, with the"
                    + " reservation score z. λ is Q / V of the MESS+ paper: the job adapts V. ± is the"
                    + " standard deviation of the model's own part of the forecast, ~ marks joules that"
                    + " are estimated.";

    private static final ObjectReader READER = Json.MAPPER.readerFor(Receipt.class);

    private record Answer(String text, double score, String joules) {}

    /**
     * The receipt of a response; empty if it has none.
     *
     * @throws IllegalArgumentException if its receipt is not one
     */
    public static Optional<ReceiptSheet> of(Response response) {
        if (response.decision().receipt() == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    of(READER.readValue(response.decision().receipt()), answers(response)));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "receipt: must be as docs/records.md says, was "
                            + response.decision().receipt(),
                    e);
        }
    }

    private static ReceiptSheet of(Receipt receipt, Map<String, Answer> answers) {
        return new ReceiptSheet(
                receipt.reason(),
                receipt.candidates().stream()
                        .map(forecast -> row(forecast, answers.get(forecast.model())))
                        .toList(),
                "Target alpha %s. Queue Q %s, drift of the requests in flight D %s, pressure %s requests. Price of quality λ %s J for a unit of score."
                        .formatted(
                                Figures.digits(receipt.alpha()),
                                Figures.digits(receipt.q()),
                                Figures.digits(receipt.drift()),
                                Figures.digits(receipt.pressure()),
                                known(receipt.joulesPerScore(), "unknown")));
    }

    private static List<String> row(Forecast forecast, Answer came) {
        return List.of(
                forecast.model() + (forecast.available() ? "" : " (unavailable)"),
                Figures.digits(forecast.predictedScore()),
                known(forecast.scoreDeviation(), ""),
                known(forecast.estimatedJoules(), "unknown"),
                known(forecast.objective(), ""),
                came == null ? forecast.called() ? "no answer" : "not called" : came.text(),
                came == null || Double.isNaN(came.score()) ? "" : Figures.score(came.score()),
                came == null ? "" : came.joules());
    }

    private static Map<String, Answer> answers(Response response) {
        Map<String, Answer> answers = new HashMap<>();
        boolean estimated = response.energy().isEstimated();
        // The error of a response is those of all models.
        if (response.candidates() == null || response.isAnswered()) {
            answers.put(
                    response.model(),
                    new Answer(
                            text(response.output().text(), response.error()),
                            response.score(),
                            joules(response.energy(), estimated)));
        }
        if (response.candidates() != null) {
            for (Candidate candidate : response.candidates()) {
                answers.putIfAbsent(
                        candidate.model(),
                        new Answer(
                                text(candidate.output().text(), candidate.error()),
                                candidate.score(),
                                joules(candidate.energy(), estimated)));
            }
        }
        return answers;
    }

    private static String text(String output, String error) {
        return output != null ? output : error != null ? error : "(no text)";
    }

    private static String joules(Energy energy, boolean estimated) {
        return energy.isKnown() ? (estimated ? "~" : "") + Figures.joules(energy.joules()) : "";
    }

    private static String known(Double value, String otherwise) {
        return value == null ? otherwise : Figures.digits(value);
    }
}
