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

    private ResponseTable() {}

    /**
     * A table without rows, which are the values of records.
     *
     * @param width most characters of a line
     */
    public static LineTable<byte[]> of(int width) {
        return new LineTable<>(
                width,
                List.of(
                        Column.text("id", 16),
                        Column.text("sla", 4),
                        Column.text("status", 6),
                        Column.text("model", 8),
                        Column.number("score", 5),
                        Column.number("joules", 6),
                        Column.text("output", 6)),
                value -> parse(value).map(ResponseTable::cells).orElseGet(() -> unknown(value)));
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

    private static List<String> unknown(byte[] value) {
        String text = value == null ? "" : new String(value, StandardCharsets.UTF_8);
        return List.of("(no response)", "", "", "", "", "", text);
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
