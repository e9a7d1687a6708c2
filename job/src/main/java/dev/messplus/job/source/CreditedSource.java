package dev.messplus.job.source;

import dev.messplus.credit.Credits;
import dev.messplus.credit.Dropped;
import dev.messplus.credit.HeldBackTime;
import dev.messplus.record.RawRecord;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.InputStatus;

/**
 * The source of requests, which reads as many as the models have places for: a request is decided
 * when it can be called, with all that was learned by then, and what cannot be called stays in
 * Kafka.
 *
 * <p>A reader without a credit is not available, as if its partitions had no records: no thread
 * waits, and checkpoints pass. It asks the enumerator for credits by Flink's source events, and the
 * enumerator knows from {@code infer} how many there are.
 */
public final class CreditedSource {

    /** Time between two ticks of the board, in milliseconds. */
    private static final long TICK_MILLIS = TimeUnit.SECONDS.toMillis(1);

    /**
     * From a reader.
     *
     * @param requests that it has read since it said so last
     * @param asks whether it needs credits; otherwise it has returned all that it had
     * @param hasWaited whether it had no credit since then, and requests to read
     */
    private record Read(int requests, boolean asks, boolean hasWaited) implements SourceEvent {}

    /** From the enumerator: a reader may read so many more requests. */
    private record Granted(int requests) implements SourceEvent {}

    /** From the enumerator: a reader that does not use its credits is to return them. */
    private record Recalled() implements SourceEvent {}

    private CreditedSource() {}

    /** A source that does so. */
    public static <S extends SourceSplit, E> SourceDecorator<S, E> of(
            Source<RawRecord, S, E> source) {
        return new SourceDecorator<>(source, CreditedReader::new, CreditingEnumerator::new);
    }

    static final class CreditedReader<S extends SourceSplit> extends SourceDecorator.Reader<S> {

        private final SourceReaderContext context;
        private int credits;
        private int read;
        private int enough;
        private boolean asked;
        private boolean hasWaited;
        private CompletableFuture<Void> granted = new CompletableFuture<>();
        private ReaderOutput<RawRecord> output;

        CreditedReader(SourceReader<RawRecord, S> reader, SourceReaderContext context) {
            super(reader);
            this.context = context;
        }

        @Override
        public InputStatus pollNext(ReaderOutput<RawRecord> to) throws Exception {
            if (credits <= 0) {
                ask();
                return InputStatus.NOTHING_AVAILABLE;
            }
            if (output == null) {
                output = RawRecordOutput.of(to, this::count);
            }
            InputStatus status = super.pollNext(output);
            if (credits <= enough) {
                ask();
            }
            return credits <= 0 && status == InputStatus.MORE_AVAILABLE
                    ? InputStatus.NOTHING_AVAILABLE
                    : status;
        }

        private boolean count(RawRecord record) {
            credits--;
            read++;
            return true;
        }

        private void ask() {
            if (!asked) {
                asked = true;
                report(true);
            }
        }

        private void report(boolean asks) {
            context.sendSourceEventToCoordinator(new Read(read, asks, hasWaited));
            read = 0;
            hasWaited = false;
        }

        /** Has the task poll again. */
        private void wake() {
            HeldBackTime.goesOn();
            CompletableFuture<Void> waiting = granted;
            granted = new CompletableFuture<>();
            waiting.complete(null);
        }

        @Override
        public CompletableFuture<Void> isAvailable() {
            CompletableFuture<Void> data = super.isAvailable();
            if (credits > 0 || !data.isDone()) {
                return data;
            }
            hasWaited = true;
            HeldBackTime.heldBack();
            ask();
            return granted;
        }

        @Override
        public void handleSourceEvents(SourceEvent event) {
            if (event instanceof Granted more) {
                credits += more.requests;
                // Asks again before it has none, so that it need not wait.
                enough = credits / 2;
                asked = false;
                wake();
            } else if (event instanceof Recalled) {
                credits = 0;
                asked = false;
                report(false);
                // If it has data, it asks again.
                wake();
            } else {
                super.handleSourceEvents(event);
            }
        }
    }

    static final class CreditingEnumerator<S extends SourceSplit, E>
            extends SourceDecorator.Enumerator<S, E> {

        private final SplitEnumeratorContext<S> context;
        private final CreditBoard board = new CreditBoard();

        CreditingEnumerator(SplitEnumerator<S, E> enumerator, SplitEnumeratorContext<S> context) {
            super(enumerator);
            this.context = context;
        }

        @Override
        public void start() {
            super.start();
            context.callAsync(
                    () -> true,
                    (done, failure) -> {
                        board.tick();
                        grant(true);
                    },
                    TICK_MILLIS,
                    TICK_MILLIS);
        }

        @Override
        public void addReader(int subtask) {
            board.started(subtask);
            super.addReader(subtask);
        }

        @Override
        public void handleSourceEvent(int subtask, SourceEvent event) {
            if (event instanceof Credits of) {
                board.places(subtask, of.arrived(), of.credits());
                board.turn(subtask, of.perTurn());
            } else if (event instanceof Dropped of) {
                board.dropped(of.requests());
            } else if (event instanceof Read of) {
                if (of.asks) {
                    board.asks(subtask, of.requests, of.hasWaited);
                } else {
                    board.returned(subtask, of.requests);
                }
            } else {
                super.handleSourceEvent(subtask, event);
                return;
            }
            grant(false);
        }

        private void grant(boolean any) {
            board.grant(any, (reader, credits) -> send(reader, new Granted(credits)));
            board.recall().forEach(reader -> send(reader, new Recalled()));
        }

        private void send(int reader, SourceEvent event) {
            if (context.registeredReaders().containsKey(reader)) {
                context.sendEventToSourceReader(reader, event);
            }
        }
    }
}
