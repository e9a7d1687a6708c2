package dev.messplus.batch;

import dev.messplus.batch.line.LineFormats;

/**
 * How a batch is run.
 *
 * @param format of the lines; {@code null} for the one that the first line has
 * @param sla SLA of all lines of OpenAI's format, and of other lines that name none; {@code null}
 *     if OpenAI's lines name it as {@code model}, and for {@link #DEFAULT_SLA} of others
 * @param window most lines that are out at a time; 0 to adapt
 * @param retry whether lines that were sent and have no answer are sent again
 */
public record BatchOptions(LineFormats format, String sla, int window, boolean retry) {

    static final String DEFAULT_SLA = "gold";
}
