package dev.messplus.cli.records;

import dev.messplus.local.report.ReceiptSheet;
import dev.messplus.local.report.ServedRequest;
import dev.messplus.record.DecisionSummary;
import dev.messplus.record.Energy;
import dev.messplus.record.Response;
import dev.messplus.report.Figures;
import dev.messplus.report.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.text.WordUtils;

/** A response in words: what was asked, why it was routed as it was, and what came of it. */
public final class ResponseStory {

    /** What is said if there is no receipt. */
    public static final String NO_RECEIPT =
            "This response has no receipt. Set receipts: true in mess.yaml: from then on, responses"
                    + " say why their models were chosen. A response that was too large for the topic"
                    + " has none either.";

    private static final int ANSWER_WIDTH = 30;

    private final Response response;
    private final int width;

    private ResponseStory(Response response, int width) {
        this.response = response;
        this.width = width;
    }

    /**
     * The story of a response; ends with a newline.
     *
     * @param width characters of a line, at least 1; tables may be wider
     */
    public static String of(Response response, int width) {
        return String.join("\n\n", new ResponseStory(response, width).parts()) + "\n";
    }

    private List<String> parts() {
        if (response.decision() == null) {
            return List.of(wrapped(refused()));
        }
        List<String> parts = new ArrayList<>();
        parts.add(wrapped(asked()));
        Optional<ReceiptSheet> sheet = ReceiptSheet.of(response);
        if (sheet.isPresent()) {
            parts.add(wrapped("Why: " + ConsoleText.oneLine(sheet.get().reason())));
            parts.add(table(sheet.get()));
            parts.add(wrapped(sheet.get().state()));
            parts.add(wrapped(ReceiptSheet.LEGEND));
        } else {
            parts.add(wrapped(NO_RECEIPT));
            parts.add(
                    wrapped(
                            "What is known: %s was expected to score %s, under a pressure of %s requests."
                                    .formatted(
                                            response.model(),
                                            Figures.digits(response.decision().predictedScore()),
                                            Figures.digits(response.decision().pressure()))));
        }
        parts.add(outcome());
        return parts;
    }

    private String wrapped(String paragraph) {
        return WordUtils.wrap(paragraph, width, "\n", false);
    }

    private String refused() {
        return "Request %s was refused, because its record is not a valid request: %s. mess dead-letters shows the record."
                .formatted(
                        ConsoleText.oneLine(response.id()), ConsoleText.oneLine(response.error()));
    }

    private String asked() {
        return "Request %s under %s, number %s of its SLA or shard: %s"
                .formatted(
                        ConsoleText.oneLine(response.id()),
                        ConsoleText.oneLine(response.sla()),
                        Figures.count(response.decision().t()),
                        response.isAnswered()
                                ? response.model() + " answered."
                                : Response.EXPIRED.equals(response.status())
                                        ? "its time was up before a model was called."
                                        : "no model answered.");
    }

    private static String table(ReceiptSheet sheet) {
        return Tables.render(
                sheet.rows(),
                IntStream.range(0, ReceiptSheet.COLUMNS.size())
                        .mapToObj(
                                column ->
                                        column == 0 || column == ReceiptSheet.ANSWER
                                                ? Tables.<List<String>>text(
                                                        ReceiptSheet.COLUMNS.get(column),
                                                        row -> cell(row.get(column)))
                                                : Tables.<List<String>>number(
                                                        ReceiptSheet.COLUMNS.get(column),
                                                        row -> row.get(column)))
                        .toList());
    }

    private static String cell(String text) {
        return ConsoleText.oneLine(text, ANSWER_WIDTH);
    }

    private String outcome() {
        List<String> lines = new ArrayList<>();
        lines.add("What came of it: " + String.join(", ", figures()) + ". " + mode());
        if (response.error() == null && response.candidates() != null) {
            response.candidates().stream()
                    .filter(candidate -> candidate.error() != null)
                    .forEach(
                            candidate ->
                                    lines.add("Error: " + ConsoleText.oneLine(candidate.error())));
        }
        if (response.error() != null) {
            lines.add("Error: " + ConsoleText.oneLine(response.error()));
        }
        if (response.output().text() != null) {
            lines.add("Answer: " + ConsoleText.oneLine(response.output().text()));
        }
        if (response.metadata() != null) {
            lines.add("Metadata: " + ConsoleText.oneLine(response.metadata()));
        }
        return lines.stream().map(this::wrapped).collect(Collectors.joining("\n"));
    }

    private List<String> figures() {
        List<String> figures = new ArrayList<>();
        figures.add(
                response.isScored()
                        ? "score " + Figures.score(response.score())
                        : "not scored by the job");
        figures.add(energy(response.energy()));
        add(figures, response.explorationJoules(), " J to learn from other answers");
        add(figures, response.plannedJoules(), " J for answers that were not as good");
        add(figures, response.failed().joules(), " J for calls without an answer");
        if (response.failed().unmetered() > 0) {
            figures.add(
                    calls(response.failed().unmetered())
                            + " without an answer whose joules are unknown");
        }
        figures.add(Figures.latency(response.latencyMillis()));
        if (response.attempts() > 1) {
            figures.add("%s of %s".formatted(calls(response.attempts()), response.model()));
        }
        return figures;
    }

    private static String energy(Energy energy) {
        if (!energy.isKnown()) {
            return "joules unknown";
        }
        String uncertainty =
                Double.isNaN(energy.uncertaintyJoules())
                        ? ""
                        : " ± " + Figures.joules(energy.uncertaintyJoules());
        return "%s J%s by %s"
                .formatted(Figures.joules(energy.joules()), uncertainty, energy.source());
    }

    private static void add(List<String> figures, double joules, String what) {
        if (!Double.isNaN(joules)) {
            figures.add(Figures.joules(joules) + what);
        }
    }

    private static String calls(int calls) {
        return calls + (calls == 1 ? " call" : " calls");
    }

    private String mode() {
        if (Response.EXPIRED.equals(response.status())) {
            return "No model was called.";
        }
        if (Response.FAILED.equals(response.status())) {
            return "No model gave an answer.";
        }
        if (ServedRequest.EXPLORE.equals(response.decision().mode())) {
            return "Other models were called as well, to learn from them, and the best answer was served.";
        }
        if (DecisionSummary.FALLBACK.equals(response.decision().mode())) {
            return "The chosen model gave no answer, and the next best was called.";
        }
        return response.candidates() == null
                ? "One model was called."
                : "Models were called one after the other, and the best answer was served.";
    }
}
