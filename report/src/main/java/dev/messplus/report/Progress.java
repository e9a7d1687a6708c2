package dev.messplus.report;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Shows the progress of a task: a bar on a terminal, a line for every tenth elsewhere. May be
 * called from several threads.
 */
public interface Progress extends AutoCloseable {

    /** Reports how much is done in all, with a message that may be empty. */
    void update(long done, String message);

    /** Reports that one more is done. */
    void step();

    @Override
    void close();

    /**
     * Shows progress towards {@code total} on {@code out}.
     *
     * @param plain whether to print lines on a terminal too
     */
    static Progress of(String task, long total, boolean plain, PrintStream out) {
        return plain || System.console() == null
                ? new Lines(task, total, out, System::nanoTime)
                : new Bar(task, total, out);
    }

    /** A bar that redraws itself. */
    final class Bar implements Progress {

        private static final int UPDATE_MILLIS = 200;

        private final ProgressBar bar;

        Bar(String task, long total, PrintStream out) {
            bar =
                    new ProgressBarBuilder()
                            .setTaskName(task)
                            .setInitialMax(total)
                            .setUpdateIntervalMillis(UPDATE_MILLIS)
                            .setStyle(ProgressBarStyle.COLORFUL_UNICODE_BAR)
                            .setConsumer(new ConsoleProgressBarConsumer(out))
                            .build();
        }

        @Override
        public synchronized void update(long done, String message) {
            bar.stepTo(done);
            bar.setExtraMessage(message);
        }

        @Override
        public synchronized void step() {
            bar.step();
        }

        @Override
        public void close() {
            bar.close();
        }
    }

    /** Lines for logs and for {@code --plain}. */
    final class Lines implements Progress {

        private static final int PARTS = 10;

        private final String task;
        private final long total;
        private final PrintStream out;
        private final LongSupplier nanoClock;
        private final long startNanos;

        private long done;
        private long printedParts;

        Lines(String task, long total, PrintStream out, LongSupplier nanoClock) {
            this.nanoClock = nanoClock;
            this.startNanos = nanoClock.getAsLong();
            this.task = task;
            this.total = total;
            this.out = new PrintStream(out, true, StandardCharsets.UTF_8);
        }

        @Override
        public synchronized void update(long nowDone, String message) {
            done = nowDone;
            long parts = total == 0 ? PARTS : done * PARTS / total;
            if (parts > printedParts) {
                printedParts = parts;
                out.printf("%s  %d/%d  %s  %s%n", task, done, total, time(), message);
            }
        }

        /** The time so far, and how much is left if the rest goes as fast. */
        private String time() {
            Duration elapsed = Duration.ofNanos(nanoClock.getAsLong() - startNanos);
            if (done == 0 || done >= total) {
                return elapsed.toSeconds() + " s";
            }
            Duration left = elapsed.multipliedBy(total - done).dividedBy(done);
            return elapsed.toSeconds() + " s, " + left.toSeconds() + " s left";
        }

        @Override
        public synchronized void step() {
            update(done + 1, "");
        }

        @Override
        public void close() {}
    }
}
