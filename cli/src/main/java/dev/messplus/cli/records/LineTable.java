package dev.messplus.cli.records;

import java.util.ArrayList;
import java.util.List;

/**
 * A table that is printed line by line, while its rows arrive. A column is as wide as its widest
 * cell so far. The last column is cut to the width of the table.
 */
final class LineTable {

    private static final String GAP = "  ";

    private final int width;
    private final List<Column> columns;
    private final int[] widths;

    /**
     * A column.
     *
     * @param name its header
     * @param width fewest characters
     * @param right whether its cells are aligned to the right
     */
    record Column(String name, int width, boolean right) {

        static Column text(String name, int width) {
            return new Column(name, width, false);
        }

        static Column number(String name, int width) {
            return new Column(name, width, true);
        }
    }

    /**
     * A table without rows.
     *
     * @param width most characters of a line
     */
    LineTable(int width, List<Column> columns) {
        this.width = width;
        this.columns = columns;
        widths = columns.stream().mapToInt(c -> Math.max(c.width(), c.name().length())).toArray();
    }

    /** Makes the columns as wide as these cells need. */
    void fit(List<String> cells) {
        for (int i = 0; i < cells.size() - 1; i++) {
            widths[i] = Math.max(widths[i], ConsoleText.oneLine(cells.get(i)).length());
        }
    }

    /** The names of the columns. */
    String header() {
        return line(columns.stream().map(Column::name).toList());
    }

    /** A row. */
    String line(List<String> cells) {
        fit(cells);
        List<String> padded = new ArrayList<>();
        for (int i = 0; i < cells.size(); i++) {
            boolean last = i == cells.size() - 1;
            String format = "%" + (columns.get(i).right() ? "" : "-") + widths[i] + "s";
            String cell = ConsoleText.oneLine(cells.get(i));
            padded.add(last ? cell : format.formatted(cell));
        }
        return cut(String.join(GAP, padded)).stripTrailing();
    }

    private String cut(String line) {
        if (line.codePointCount(0, line.length()) <= width) {
            return line;
        }
        return line.substring(0, line.offsetByCodePoints(0, width - 1)) + "…";
    }
}
