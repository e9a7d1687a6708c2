package dev.messplus.cli.records;

import com.fasterxml.jackson.databind.ObjectReader;
import dev.messplus.cli.records.LineTable.Column;
import dev.messplus.record.Energy;
import dev.messplus.record.Json;
import dev.messplus.record.ModelOutput;
import dev.messplus.record.Response;
import dev.messplus.report.Figures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Responses as lines of a table. */
public final class ResponseTable {

    private static final ObjectReader READER = Json.MAPPER.readerFor(Response.class);

    private static final String ESTIMATED = "~";

    private final LineTable table;

    /**
     * A table without rows.
     *
     * @param width most characters of a line
     */
    public ResponseTable(int width) {
        table =
                new LineTable(
                        width,
                        List.of(
                                Column.text("id", 16),
                                Column.text("sla", 4),
                                Column.text("status", 6),
                                Column.text("model", 8),
                                Column.number("score", 5),
                                Column.number("joules", 6),
                                Column.text("output", 6)));
    }

    /** The response in a record; empty if it is none. */
    public static Optional<Response> parse(byte[] value) {
        try {
            return value == null
                    ? Optional.empty()
                    : Optional.ofNullable(READER.<Response>readValue(value));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Makes the columns as wide as a record needs. */
    public void fit(byte[] value) {
        parse(value).ifPresent(response -> table.fit(cells(response)));
    }

    /** The names of the columns. */
    public String header() {
        return table.header();
    }

    /** The line of a record. */
    public String line(byte[] value) {
        return parse(value)
                .map(response -> table.line(cells(response)))
                .orElseGet(
                        () ->
                                table.line(
                                        List.of(
                                                "(no response)",
                                                "",
                                                "",
                                                "",
                                                "",
                                                "",
                                                value == null
                                                        ? ""
                                                        : new String(
                                                                value, StandardCharsets.UTF_8))));
    }

    private static List<String> cells(Response response) {
        return Stream.of(
                        response.id(),
                        response.sla(),
                        response.status(),
                        response.model(),
                        response.isScored() ? Figures.score(response.score()) : "",
                        joules(response.energy()),
                        said(response))
                .map(cell -> cell == null ? "" : cell)
                .toList();
    }

    private static String joules(Energy energy) {
        return energy.isKnown()
                ? (energy.isEstimated() ? ESTIMATED : "") + Figures.joules(energy.joules())
                : "";
    }

    /** The text of the answer, or why there is none. */
    private static String said(Response response) {
        if (response.error() != null) {
            return response.error();
        }
        ModelOutput output = response.output();
        if (output.text() != null && !output.text().isBlank()) {
            return output.text().strip();
        }
        if (output.toolCalls() != null) {
            return "(tool calls) " + output.toolCalls();
        }
        if (output.refusal() != null) {
            return "(refusal) " + output.refusal();
        }
        return "(no text"
                + (output.finishReason() == null
                        ? ")"
                        : ", finish_reason " + output.finishReason() + ")");
    }
}
