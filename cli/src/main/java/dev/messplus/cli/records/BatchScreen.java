package dev.messplus.cli.records;

import dev.messplus.batch.BatchFigures;
import dev.messplus.batch.BatchListener;
import dev.messplus.batch.line.LineFormats;
import dev.messplus.report.Figures;
import dev.messplus.report.Progress;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Shows how far a batch is. */
public final class BatchScreen implements BatchListener, AutoCloseable {

    private final boolean plain;
    private final PrintStream out;
    private Progress progress;
    private long beganNanos;
    private long doneBefore;

    /**
     * A screen.
     *
     * @param plain whether to print lines on a terminal too
     */
    public BatchScreen(boolean plain, PrintStream out) {
        this.plain = plain;
        this.out = new PrintStream(out, true, StandardCharsets.UTF_8);
    }

    @Override
    public void begins(String batch, LineFormats format, long lines, BatchFigures figures) {
        close();
        doneBefore = figures.done();
        out.printf(
                "%s: lines: %s, format: %s%s%n",
                batch,
                Figures.count(lines),
                format.name().toLowerCase(Locale.ROOT),
                doneBefore == 0 ? "" : ", done before: %s".formatted(Figures.count(doneBefore)));
        beganNanos = System.nanoTime();
        progress = Progress.of("batch", new Progress.Extent(doneBefore, lines), plain, out);
    }

    @Override
    public void progress(BatchFigures figures, long inFlight) {
        double seconds = (System.nanoTime() - beganNanos) / 1e9;
        progress.update(
                figures.done(),
                String.format(
                                Locale.ROOT,
                                "%.0f/s  %s  in flight %s",
                                (figures.done() - doneBefore) / seconds,
                                quality(figures),
                                Figures.count(inFlight))
                        + (figures.errors() == 0
                                ? ""
                                : "  errors " + Figures.count(figures.errors())));
    }

    @Override
    public void silence(long seconds) {
        out.printf(
                "No answer for %d s. ./mess status shows whether a job runs that reads these requests, and whether its models answer%n",
                seconds);
    }

    /** What became of the lines of a batch, in a sentence. */
    public static String summary(BatchFigures figures) {
        return "Lines: %s. Answered: %s, failed: %s, invalid: %s. %s"
                .formatted(
                        Figures.count(figures.done()),
                        Figures.count(figures.answered()),
                        Figures.count(figures.failed()),
                        Figures.count(figures.invalid()),
                        quality(figures));
    }

    private static String quality(BatchFigures figures) {
        String score =
                figures.scored() == 0 ? "score n/a" : "score " + Figures.score(figures.meanScore());
        return figures.answered() == 0
                ? score
                : "%s  %s%s J/request"
                        .formatted(
                                score,
                                figures.estimated() ? "~" : "",
                                Figures.joules(figures.joules() / figures.answered()));
    }

    /** Whether the batch was complete before. */
    public boolean hasNothingToShow() {
        return progress == null;
    }

    @Override
    public void close() {
        if (progress != null) {
            progress.close();
        }
    }
}
