package dev.messplus.job.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.credit.Credits;
import dev.messplus.record.RawRecord;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.InputStatus;
import org.junit.jupiter.api.Test;

/** Readers and their enumerator. */
class CreditedSourceTest {

    private static final int INFER = 0;

    private final Map<Integer, Task> tasks = new HashMap<>();
    private final Queue<Runnable> events = new ArrayDeque<>();
    private final List<BiConsumer<Object, Throwable>> everySecond = new ArrayList<>();

    @SuppressWarnings("unchecked")
    private final CreditedSource.CreditingEnumerator<SourceSplit, Object> enumerator =
            new CreditedSource.CreditingEnumerator<>(
                    stub(SplitEnumerator.class, Map.of()), enumeratorContext());

    @Test
    void aReaderIsNotAvailableUntilItHasCredits() throws Exception {
        Task task = start(0, 5);

        assertThat(task.isAvailable()).isFalse();
        has(3);

        assertThat(task.isAvailable()).isTrue();
        assertThat(task.run()).isEqualTo(3);
        assertThat(task.isAvailable()).isFalse();
    }

    /** The task waits on the future, and asks for no other one meanwhile. */
    @Test
    void aReaderThatWaitsIsWoken() throws Exception {
        Task task = start(0, 5);
        CompletableFuture<Void> available = task.reader.isAvailable();
        deliver();
        assertThat(available).isNotDone();

        has(1);

        assertThat(available).isDone();
    }

    @Test
    void recordsAreCountedWhicheverPartitionTheyAreOf() throws Exception {
        Task task = start(0, 5);
        task.records.split = "requests-1";
        has(2);

        assertThat(task.run()).isEqualTo(2);
    }

    @Test
    void aReaderWithoutRecordsReturnsItsCreditsToOneThatHasSome() throws Exception {
        Task idle = start(0, 1);
        Task busy = start(1, 9);
        has(8);
        assertThat(idle.run()).isEqualTo(1);
        int first = busy.run();
        assertThat(first).as("the other one has the rest").isLessThan(7);

        for (int second = 0; second <= CreditBoard.SILENT_TICKS; second++) {
            aSecondPasses();
        }

        assertThat(first + busy.run()).isEqualTo(7);
    }

    /** Nobody may report that more is free. */
    @Test
    void lessThanATurnIsReadASecondLater() throws Exception {
        Task task = start(0, 5);
        assertThat(task.isAvailable()).isFalse();
        enumerator.handleSourceEvent(INFER, new Credits(0, 3, 20));
        deliver();
        assertThat(task.isAvailable()).isFalse();

        aSecondPasses();

        assertThat(task.run()).isEqualTo(3);
    }

    private void aSecondPasses() {
        everySecond.forEach(tick -> tick.accept(true, null));
        deliver();
    }

    /** {@code infer} has places for so many more requests, of which none has arrived. */
    private void has(int credits) {
        enumerator.handleSourceEvent(INFER, new Credits(0, credits, 1));
        deliver();
    }

    private void deliver() {
        for (Runnable next = events.poll(); next != null; next = events.poll()) {
            next.run();
        }
    }

    private Task start(int subtask, int records) {
        Task task = new Task(subtask, records);
        tasks.put(subtask, task);
        enumerator.addReader(subtask);
        if (everySecond.isEmpty()) {
            enumerator.start();
        }
        return task;
    }

    /** The task of a reader. */
    private final class Task {

        private final Records records;
        private final SourceReader<RawRecord, SourceSplit> reader;

        Task(int subtask, int left) {
            records = new Records(left);
            SourceReaderContext context =
                    stub(
                            SourceReaderContext.class,
                            Map.of(
                                    "sendSourceEventToCoordinator",
                                    arguments -> {
                                        SourceEvent event = (SourceEvent) arguments[0];
                                        return events.add(
                                                () -> enumerator.handleSourceEvent(subtask, event));
                                    }));
            reader = new CreditedSource.CreditedReader<>(records, context);
        }

        /** Whether the reader is available once its events are answered. */
        boolean isAvailable() {
            CompletableFuture<Void> available = reader.isAvailable();
            deliver();
            return available.isDone();
        }

        /** Polls for as long as the reader is available, and returns the number of records. */
        int run() throws Exception {
            int before = records.left;
            while (isAvailable()) {
                reader.pollNext(new Discard());
            }
            return before - records.left;
        }
    }

    /** A reader of records that are there. */
    private static final class Records extends SourceDecorator.Reader<SourceSplit> {

        private final CompletableFuture<Void> never = new CompletableFuture<>();
        private int left;

        /** The partition that they are of; {@code null} if the connector does not say. */
        private String split;

        @SuppressWarnings("unchecked")
        Records(int left) {
            super(stub(SourceReader.class, Map.of()));
            this.left = left;
        }

        @Override
        public InputStatus pollNext(ReaderOutput<RawRecord> output) {
            if (left == 0) {
                return InputStatus.NOTHING_AVAILABLE;
            }
            left--;
            SourceOutput<RawRecord> to =
                    split == null ? output : output.createOutputForSplit(split);
            to.collect(null);
            return left == 0 ? InputStatus.NOTHING_AVAILABLE : InputStatus.MORE_AVAILABLE;
        }

        @Override
        public CompletableFuture<Void> isAvailable() {
            return left == 0 ? never : CompletableFuture.completedFuture(null);
        }
    }

    private static final class Discard implements ReaderOutput<RawRecord> {

        @Override
        public void collect(RawRecord value) {}

        @Override
        public void collect(RawRecord value, long timestampMillis) {}

        @Override
        public void emitWatermark(Watermark watermark) {}

        @Override
        public void markIdle() {}

        @Override
        public void markActive() {}

        @Override
        public SourceOutput<RawRecord> createOutputForSplit(String split) {
            return this;
        }

        @Override
        public void releaseOutputForSplit(String split) {}
    }

    @SuppressWarnings("unchecked")
    private SplitEnumeratorContext<SourceSplit> enumeratorContext() {
        return stub(
                SplitEnumeratorContext.class,
                Map.of(
                        "sendEventToSourceReader",
                        arguments -> {
                            Task task = tasks.get((int) arguments[0]);
                            SourceEvent event = (SourceEvent) arguments[1];
                            return events.add(() -> task.reader.handleSourceEvents(event));
                        },
                        "callAsync",
                        arguments -> everySecond.add((BiConsumer<Object, Throwable>) arguments[1]),
                        "registeredReaders",
                        arguments -> {
                            Map<Integer, ReaderInfo> readers = new HashMap<>();
                            tasks.keySet()
                                    .forEach(i -> readers.put(i, new ReaderInfo(i, "localhost")));
                            return readers;
                        }));
    }

    /** An object that knows these methods; the others do nothing. */
    private static <T> T stub(Class<T> type, Map<String, Function<Object[], Object>> methods) {
        Object stub =
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (self, method, arguments) -> {
                            Function<Object[], Object> known = methods.get(method.getName());
                            return known == null ? null : known.apply(arguments);
                        });
        return type.cast(stub);
    }
}
