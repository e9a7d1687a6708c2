package dev.messplus.local;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.Filter;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.core.filter.ThresholdFilter;
import org.apache.logging.log4j.core.layout.PatternLayout;

/** What is logged meanwhile at the level that clusters log at, as text; none of it is shown. */
final class RecordedLog implements AutoCloseable {

    private final LoggerContext context = (LoggerContext) LogManager.getContext(false);
    private final LoggerConfig root = context.getConfiguration().getRootLogger();
    private final Level level = root.getLevel();
    private final Filter quiet =
            ThresholdFilter.createFilter(level, Filter.Result.NEUTRAL, Filter.Result.DENY);
    private final Recorder recorder = new Recorder();

    RecordedLog() {
        root.getAppenderRefs().forEach(ref -> show(ref.getRef(), quiet));
        recorder.start();
        root.addAppender(recorder, Level.INFO, null);
        root.setLevel(Level.INFO);
        context.updateLoggers();
    }

    /** The lines so far, with stack traces. */
    String text() {
        return String.join("", recorder.lines);
    }

    @Override
    public void close() {
        root.setLevel(level);
        root.removeAppender(recorder.getName());
        context.updateLoggers();
        root.getAppenderRefs().forEach(ref -> show(ref.getRef(), null));
    }

    private void show(String appender, Filter filter) {
        AbstractAppender shown = context.getConfiguration().getAppender(appender);
        shown.removeFilter(quiet);
        if (filter != null) {
            shown.addFilter(filter);
        }
    }

    private static final class Recorder extends AbstractAppender {

        private final Queue<String> lines = new ConcurrentLinkedQueue<>();

        Recorder() {
            super(
                    "recorder",
                    null,
                    PatternLayout.newBuilder().withPattern("%p %c %m%n%ex").build(),
                    true,
                    Property.EMPTY_ARRAY);
        }

        @Override
        public void append(LogEvent event) {
            lines.add((String) getLayout().toSerializable(event));
        }
    }
}
