package dev.messplus.parse;

import dev.messplus.record.DeadLetter;
import dev.messplus.record.DeadLetter.Reason;
import dev.messplus.record.DeadLetterBuilder;
import dev.messplus.record.RawRecord;
import java.io.Serializable;
import java.util.Locale;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Parses the records of a topic. Invalid records go to the side output {@link #DEAD_LETTERS}.
 *
 * @param <T> what a record is parsed into
 */
public final class ParseFunction<T> extends ProcessFunction<RawRecord, T> {

    /** Side output of invalid records. */
    public static final OutputTag<DeadLetter> DEAD_LETTERS =
            new OutputTag<>("dead-letters", TypeInformation.of(DeadLetter.class));

    private final Parser<T> parser;

    private transient ParseMetrics metrics;
    private transient long dropped;

    /**
     * Parses one record.
     *
     * @param <T> what the record is parsed into
     */
    @FunctionalInterface
    public interface Parser<T> extends Serializable {

        /** Prepares for the first record. */
        default void open(RuntimeContext context) throws Exception {}

        /** Ends after the last record; also runs if {@link #open} did not. */
        default void close() {}

        /**
         * Parses a record.
         *
         * @param ignored counts what the parser leaves out
         * @return the parsed record; {@code null} to drop the record without a dead letter
         * @throws InvalidRecordException if the record is invalid
         */
        T parse(RawRecord raw, Ignored ignored) throws InvalidRecordException;
    }

    /** A function that parses with {@code parser}. */
    public ParseFunction(Parser<T> parser) {
        this.parser = parser;
    }

    @Override
    public void open(OpenContext context) throws Exception {
        metrics = new ParseMetrics(getRuntimeContext().getMetricGroup());
        parser.open(getRuntimeContext());
    }

    @Override
    public void close() {
        parser.close();
    }

    @Override
    public void processElement(RawRecord raw, Context context, Collector<T> out) {
        try {
            T value = parser.parse(raw, metrics);
            if (value == null) {
                dropped++;
                metrics.recordDropped();
            } else {
                out.collect(value);
            }
        } catch (InvalidRecordException e) {
            dropped++;
            metrics.deadLetter();
            context.output(DEAD_LETTERS, deadLetter(raw, e));
        }
    }

    /** Records that were not parsed, or dropped, since the start. */
    long dropped() {
        return dropped;
    }

    private static DeadLetter deadLetter(RawRecord raw, InvalidRecordException e) {
        DeadLetter letter =
                DeadLetterBuilder.builder()
                        .reason(e.reason().name().toLowerCase(Locale.ROOT))
                        .detail(e.getMessage())
                        .id(e.origin().id())
                        .sla(e.origin().sla())
                        .origin(raw)
                        .build();
        return e.reason() == Reason.RECORD_TOO_LONG ? letter.cut() : letter;
    }
}
