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
 * Shows the progress of a task: a bar on a terminal, elsewhere a line for every tenth, and for
 * every minute in which something was done. May be called from several threads.
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
        return of(task, new Extent(0, total), plain, out);
    }

    /** The same of a task that was begun before. */
    static Progress of(String task, Extent extent, boolean plain, PrintStream out) {
        return plain || System.console() == null
                ? new Lines(task, extent, out, System::nanoTime)
                : new Bar(task, extent, out);
    }

    /**
     * How large a task is.
     *
     * @param before what of it was done earlier
     * @param total all of it
     */
    record Extent(long before, long total) {}

    /** A bar that redraws itself. */
    final class Bar implements Progress {

        private static final int UPDATE_MILLIS = 200;

        private final ProgressBar bar;

        Bar(String task, Extent extent, PrintStream out) {
            bar =
                    new ProgressBarBuilder()
                            .setTaskName(task)
                            .setInitialMax(extent.total())
                            .startsFrom(extent.before(), Duration.ZERO)
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
        private static final Duration INTERVAL = Duration.ofMinutes(1);

        private final String task;
        private final Extent extent;
        private final long total;
        private final PrintStream out;
        private final LongSupplier nanoClock;
        private final long startNanos;

        private long done;
        private long printedParts;
        private long printedNanos;

        Lines(String task, Extent extent, PrintStream out, LongSupplier nanoClock) {
            this.nanoClock = nanoClock;
            this.startNanos = nanoClock.getAsLong();
            this.printedNanos = startNanos;
            this.task = task;
            this.extent = extent;
            this.total = extent.total();
            this.done = extent.before();
            this.printedParts = total == 0 ? 0 : done * PARTS / total;
            this.out = new PrintStream(out, true, StandardCharsets.UTF_8);
        }

        @Override
        public synchronized void update(long nowDone, String message) {
            boolean more = nowDone > done;
            done = nowDone;
            long parts = total == 0 ? PARTS : done * PARTS / total;
            long now = nanoClock.getAsLong();
            if (parts > printedParts || (more && now - printedNanos > INTERVAL.toNanos())) {
                printedParts = parts;
                printedNanos = now;
                out.printf("%s  %d/%d  %s  %s%n", task, done, total, time(), message);
            }
        }

        /** The time so far, and how much is left if the rest goes as fast. */
        private String time() {
            Duration elapsed = Duration.ofNanos(nanoClock.getAsLong() - startNanos);
            long now = done - extent.before();
            if (now == 0 || done >= total) {
                return elapsed.toSeconds() + " s";
            }
            Duration left = elapsed.multipliedBy(total - done).dividedBy(now);
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
