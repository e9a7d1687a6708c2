package dev.messplus.cli.records;

import dev.messplus.local.report.ReceiptSheet;
import dev.messplus.local.report.ServedRequest;
import dev.messplus.record.Response;
import dev.messplus.report.Figures;
import dev.messplus.report.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** A response in words: what was asked, why it was routed as it was, and what came of it. */
public final class ResponseStory {

    /** What is said if there is no receipt. */
    public static final String NO_RECEIPT =
            "This response has no receipt. Set receipts: true in mess.yaml: from then on, responses"
                    + " say why their models were chosen. A response that was too large for the topic"
                    + " has none either.";

    private static final int ANSWER_WIDTH = 30;

    private final Response response;

    private ResponseStory(Response response) {
        this.response = response;
    }

    /** The story of a response; ends with a newline. */
    public static String of(Response response) {
        return String.join("\n\n", new ResponseStory(response).parts()) + "\n";
    }

    private List<String> parts() {
        List<String> parts = new ArrayList<>();
        parts.add(asked());
        Optional<ReceiptSheet> sheet = ReceiptSheet.of(response);
        if (sheet.isPresent()) {
            parts.add("Why: " + ConsoleText.oneLine(sheet.get().reason()));
            parts.add(table(sheet.get()));
            parts.add(sheet.get().state());
            parts.add(ReceiptSheet.LEGEND);
        } else {
            parts.add(NO_RECEIPT);
            parts.add(
                    "What is known: %s was expected to score %s, under a pressure of %s requests."
                            .formatted(
                                    response.model(),
                                    Figures.digits(response.predictedScore()),
                                    Figures.digits(response.pressure())));
        }
        parts.add(outcome());
        return parts;
    }

    private String asked() {
        return "Request %s under %s, number %s of its SLA or shard: %s"
                .formatted(
                        ConsoleText.oneLine(response.id()),
                        ConsoleText.oneLine(response.sla()),
                        Figures.count(response.t()),
                        Response.OK.equals(response.status())
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
        if (response.error() != null) {
            lines.add("Error: " + ConsoleText.oneLine(response.error()));
        }
        if (response.output() != null) {
            lines.add("Answer: " + ConsoleText.oneLine(response.output()));
        }
        if (response.metadata() != null) {
            lines.add("Metadata: " + ConsoleText.oneLine(response.metadata()));
        }
        return String.join("\n", lines);
    }

    private List<String> figures() {
        List<String> figures = new ArrayList<>();
        figures.add(
                response.score() == null
                        ? "no score by the job"
                        : "score " + Figures.score(response.score()));
        figures.add(
                response.energyJoules() == null
                        ? "joules unknown"
                        : "%s J%s by %s"
                                .formatted(
                                        Figures.joules(response.energyJoules()),
                                        response.energyUncertaintyJoules() == null
                                                ? ""
                                                : " ± "
                                                        + Figures.joules(
                                                                response.energyUncertaintyJoules()),
                                        response.energySource()));
        add(figures, response.explorationJoules(), " J to learn from other answers");
        add(figures, response.failedJoules(), " J for calls without an answer");
        if (response.failedUnmetered() != null) {
            figures.add(
                    "unknown joules of "
                            + calls(response.failedUnmetered())
                            + " without an answer");
        }
        figures.add(Figures.latency(response.latencyMs()));
        if (response.attempts() > 1) {
            figures.add("%s of %s".formatted(calls(response.attempts()), response.model()));
        }
        return figures;
    }

    private static void add(List<String> figures, Double joules, String what) {
        if (joules != null) {
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
            return response.candidates() == null
                    ? "One model was called."
                    : response.candidates().size() + " models were called.";
        }
        if (ServedRequest.EXPLORE.equals(response.mode())) {
            return "Other models were called as well, to learn from them, and the best answer was served.";
        }
        return Response.FALLBACK.equals(response.mode())
                ? "The chosen model gave no answer, and the next best was called."
                : "One model was called.";
    }
}
