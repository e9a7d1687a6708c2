package dev.messplus.cli.records;

import dev.messplus.cli.records.LineTable.Column;
import dev.messplus.report.Figures;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** Dead letters as lines of a table. */
public final class DeadLetterTable {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());

    /** Smaller sizes are shown to the byte. */
    private static final long LARGE_BYTES = 1_000;

    private DeadLetterTable() {}

    /**
     * A table without rows.
     *
     * @param width most characters of a line
     */
    public static LineTable<DeadLetterRecord> of(int width) {
        return new LineTable<>(
                width,
                List.of(
                        Column.text("when", 19),
                        Column.text("reason", 13),
                        Column.text("id", 4),
                        Column.text("sla", 4),
                        Column.text("from", 16),
                        Column.number("size", 5),
                        Column.text("detail", 6)),
                DeadLetterTable::cells);
    }

    private static List<String> cells(DeadLetterRecord letter) {
        return List.of(
                TIME.format(letter.written()),
                letter.reason(),
                letter.id(),
                letter.sla(),
                "%s-%d@%d".formatted(letter.topic(), letter.partition(), letter.offset()),
                size(letter),
                letter.detail());
    }

    private static String size(DeadLetterRecord letter) {
        long bytes = letter.originalBytes();
        String size = bytes < LARGE_BYTES ? bytes + " B" : Figures.bytes(bytes);
        return size + (letter.isCut() ? ", cut" : "");
    }
}
