package dev.messplus.cli.records;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A table that is printed line by line, while its rows arrive. A column is as wide as its widest
 * cell so far. The last column is cut to the width of the table.
 */
public final class LineTable<T> {

    private static final String GAP = "  ";

    private final int width;
    private final List<Column> columns;
    private final Function<T, List<String>> cells;
    private final int[] widths;
    private boolean begun;

    /**
     * A column.
     *
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
     * @param cells of a row, one for each column
     */
    LineTable(int width, List<Column> columns, Function<T, List<String>> cells) {
        this.width = width;
        this.columns = columns;
        this.cells = cells;
        widths = columns.stream().mapToInt(c -> Math.max(c.width(), c.name().length())).toArray();
    }

    /** Makes the columns as wide as a row needs. */
    public void fit(T row) {
        widen(cells.apply(row));
    }

    /** Prints a row, after the names of the columns if it is the first. */
    public void print(T row, PrintWriter out) {
        List<String> texts = cells.apply(row);
        widen(texts);
        if (!begun) {
            out.println(line(columns.stream().map(Column::name).toList()));
        }
        begun = true;
        out.println(line(texts));
    }

    private void widen(List<String> texts) {
        for (int i = 0; i < texts.size() - 1; i++) {
            widths[i] = Math.max(widths[i], ConsoleText.oneLine(texts.get(i)).length());
        }
    }

    private String line(List<String> texts) {
        List<String> padded = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            boolean last = i == texts.size() - 1;
            String format = "%" + (columns.get(i).right() ? "" : "-") + widths[i] + "s";
            String cell = ConsoleText.oneLine(texts.get(i));
            padded.add(last ? cell : format.formatted(cell));
        }
        return ConsoleText.cut(String.join(GAP, padded), width).stripTrailing();
    }
}
