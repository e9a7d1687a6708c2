package dev.messplus.batch;

import dev.messplus.batch.line.LineFormats;
import java.util.function.Supplier;

/**
 * How a batch is run.
 *
 * @param format of the lines; {@code null} for the one that the first line has
 * @param sla SLA of all lines of OpenAI's format, and of other lines that name none; {@code null}
 *     if OpenAI's lines name it as {@code model}, and for {@link #DEFAULT_SLA} of others
 * @param window most lines that are out at a time; 0 to adapt
 * @param retry whether lines that were sent and have no answer are sent again
 * @param start where it began, if another machine may have run it before; {@code null} to begin now
 * @param end why no more lines are sent; returns {@code null} as long as they are. It is asked all
 *     the time, by the thread that runs the batch. If it throws, the batch stays as it is
 */
public record BatchOptions(
        LineFormats format,
        String sla,
        int window,
        boolean retry,
        BatchStart start,
        Supplier<BatchEnd> end) {

    static final String DEFAULT_SLA = "gold";

    /** Options of a batch that begins on this machine, and ends when all lines are answered. */
    public static BatchOptions of(LineFormats format, String sla, int window, boolean retry) {
        return new BatchOptions(format, sla, window, retry, null, () -> null);
    }
}
