package dev.messplus.report;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import com.github.freva.asciitable.OverflowBehaviour;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Renders tables for the console, with a rule under the header and no other lines. */
public final class Tables {

    private static final int TEXT_WIDTH = 34;

    private static final Character[] RULE_UNDER_THE_HEADER =
            Arrays.stream(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS_NO_OUTSIDE_BORDER)
                    .map(
                            c ->
                                    c == null
                                            ? null
                                            : c == '|'
                                                    ? Character.valueOf(' ')
                                                    : Character.valueOf('-'))
                    .toArray(Character[]::new);

    private Tables() {}

    /** Renders a table without a final newline and without trailing blanks. */
    public static <T> String render(List<T> rows, List<ColumnData<T>> columns) {
        return AsciiTable.builder()
                .border(RULE_UNDER_THE_HEADER)
                .lineSeparator("\n")
                .data(rows, columns)
                .asString()
                .replaceAll("(?m) +$", "");
    }

    /** A column of text, aligned to the left. */
    public static <T> ColumnData<T> text(String header, Function<T, String> value) {
        return new Column()
                .header(header)
                .headerAlign(HorizontalAlign.LEFT)
                .dataAlign(HorizontalAlign.LEFT)
                .maxWidth(TEXT_WIDTH, OverflowBehaviour.NEWLINE)
                .with(value);
    }

    /** A column of numbers, aligned to the right. */
    public static <T> ColumnData<T> number(String header, Function<T, String> value) {
        return new Column()
                .header(header)
                .headerAlign(HorizontalAlign.RIGHT)
                .dataAlign(HorizontalAlign.RIGHT)
                .with(value);
    }
}
