package dev.messplus.serve.batch;

import dev.messplus.batch.Batch;
import dev.messplus.batch.BatchBuilder;
import dev.messplus.batch.BatchEnd;
import dev.messplus.batch.BatchFigures;
import dev.messplus.batch.BatchListener;
import dev.messplus.batch.BatchOptions;
import dev.messplus.batch.file.BatchFiles;
import dev.messplus.batch.file.InputFile;
import dev.messplus.batch.line.LineFormats;
import dev.messplus.job.pipeline.RecordCheck;
import dev.messplus.serve.access.Tenant;
import dev.messplus.serve.kafka.FencedWriter;
import dev.messplus.serve.store.BatchState;
import dev.messplus.serve.store.BatchStateBuilder;
import dev.messplus.serve.store.BatchStatus;
import dev.messplus.serve.store.Store;
import dev.messplus.serve.store.StoredBatch;
import dev.messplus.serve.store.StoredFile;
import dev.messplus.serve.store.StoredFileBuilder;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a batch on this door, in a folder of its own: fetches the input, has its lines answered, and
 * stores the results. Nothing of the folder is needed by a door that takes over. It reads from the
 * topics what was sent and answered since the batch was ordered.
 */
final class BatchRunner implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(BatchRunner.class);

    private static final Duration REPORT_INTERVAL = Duration.ofSeconds(2);

    /** How long a cancelled batch waits for lines that were sent; as in OpenAI's API. */
    private static final Duration CANCELLING = Duration.ofMinutes(10);

    /** How long one whose time is up waits for answers that are on the topic already. */
    private static final Duration EXPIRING = Duration.ofSeconds(10);

    private static final long RETRY_MILLIS = 1_000;

    private final BatchRuntime runtime;
    private final StoredBatch batch;
    private final Supplier<Optional<FencedWriter>> writer;
    private final long begunMillis = System.currentTimeMillis();
    private volatile boolean abandoned;
    private BatchState state;

    /** Why it ended early; {@code null} if all lines were sent. */
    private BatchEnd end;

    private long reportedNanos = System.nanoTime();

    /**
     * A run of a batch.
     *
     * @param writer of the batch's partition; empty while this door has none
     */
    BatchRunner(BatchRuntime runtime, StoredBatch batch, Supplier<Optional<FencedWriter>> writer) {
        this.runtime = runtime;
        this.batch = batch;
        this.writer = writer;
        state = batch.state();
    }

    /** Leaves the batch to another door. */
    void abandon() {
        abandoned = true;
    }

    @Override
    public void run() {
        Path folder = null;
        try {
            folder = Files.createTempDirectory(runtime.spool(), batch.id());
            run(folder);
        } catch (CancellationException e) {
            LOG.info("{} is left to another door", batch.id());
        } catch (IOException | RuntimeException e) {
            if (!abandoned) {
                LOG.warn("{} failed; it is run again in a while", batch.id(), e);
            }
        } finally {
            delete(folder);
        }
    }

    private void run(Path folder) throws IOException {
        Optional<Tenant> tenant = runtime.keys().named(batch.order().tenant());
        Optional<StoredFile> file = runtime.store().input(batch.order());
        if (tenant.isEmpty() || file.isEmpty()) {
            fail(
                    tenant.isEmpty()
                            ? new BatchState.Problem(
                                    "tenant_unknown",
                                    "the file of keys does not have the tenant",
                                    null)
                            : new BatchState.Problem(
                                    "file_not_found",
                                    "input_file_id: the file was deleted",
                                    "input_file_id"));
            return;
        }
        InputFile input = new InputFile(folder.resolve("lines.jsonl"), runtime.maxLineBytes());
        fetch(file.get(), input.path());
        long lines = input.fingerprint().lines();
        if (lines == 0) {
            fail(
                    new BatchState.Problem(
                            "empty_file", "input_file_id: the file has no lines", "input_file_id"));
            return;
        }
        state = BatchStateBuilder.builder(state.next(BatchStatus.IN_PROGRESS)).lines(lines).build();
        store(List.of());
        BatchFiles files = BatchFiles.of(input.path(), null, null);
        BatchFigures figures = batch(input, files, tenant.get()).run();
        finish(figures, files);
    }

    private void fetch(StoredFile file, Path path) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(path))) {
            runtime.chunks()
                    .read(
                            file.id(),
                            file.content(),
                            chunk -> {
                                requireOwned();
                                out.write(chunk);
                            });
        }
    }

    private Batch batch(InputFile input, BatchFiles files, Tenant tenant) {
        return BatchBuilder.builder()
                .input(input)
                .files(files)
                .topics(runtime.topics())
                .check(RecordCheck.of(runtime.config(), tenant.slas()))
                .options(
                        new BatchOptions(
                                LineFormats.OPENAI,
                                null,
                                0,
                                false,
                                batch.order().start(),
                                this::end))
                .listener(new Progress())
                .build();
    }

    private void requireOwned() {
        if (abandoned || Thread.currentThread().isInterrupted()) {
            throw new CancellationException(batch.id());
        }
    }

    private BatchEnd end() {
        requireOwned();
        StoredBatch now =
                runtime.store()
                        .batch(batch.id())
                        .orElseThrow(() -> new CancellationException(batch.id()));
        if (now.cancelledAtSeconds() != null) {
            end =
                    new BatchEnd(
                            "batch_cancelled",
                            "The batch was cancelled before this request was answered.",
                            isWithin(CANCELLING, now.cancelledAtSeconds()));
        } else if (System.currentTimeMillis() >= 1_000 * batch.order().expiresAtSeconds()) {
            end =
                    new BatchEnd(
                            "batch_expired",
                            "This request was not answered within the completion window.",
                            isWithin(EXPIRING, batch.order().expiresAtSeconds()));
        }
        return end;
    }

    /** Whether a time after an event has not passed since this run could see the event. */
    private boolean isWithin(Duration time, long eventSeconds) {
        return System.currentTimeMillis()
                < Math.max(begunMillis, 1_000 * eventSeconds) + time.toMillis();
    }

    private void fail(BatchState.Problem problem) {
        state = BatchStateBuilder.builder(state.next(BatchStatus.FAILED)).problem(problem).build();
        store(List.of());
        runtime.metrics().batchEnded(state.status().text());
    }

    private void finish(BatchFigures figures, BatchFiles files) throws IOException {
        state = state.with(figures).next(BatchStatus.FINALIZING);
        store(List.of());
        List<StoredFile> made = new ArrayList<>();
        BatchStateBuilder next = BatchStateBuilder.builder(state.next(status()));
        if (Files.size(files.results()) > 0) {
            made.add(made("output", files.results()));
            next.outputFileId(made.get(0).id());
        }
        if (Files.size(files.errors()) > 0) {
            StoredFile errors = made("error", files.errors());
            made.add(errors);
            next.errorFileId(errors.id());
        }
        state = next.build();
        store(made);
        runtime.metrics().batchEnded(state.status().text());
    }

    private BatchStatus status() {
        if (end == null) {
            return BatchStatus.COMPLETED;
        }
        return end.code().equals("batch_expired") ? BatchStatus.EXPIRED : BatchStatus.CANCELLED;
    }

    private StoredFile made(String kind, Path path) throws IOException {
        String id = Store.newFileId();
        long nowSeconds = System.currentTimeMillis() / 1_000;
        return StoredFileBuilder.builder()
                .id(id)
                .tenant(batch.order().tenant())
                .filename("%s_%s.jsonl".formatted(batch.id(), kind))
                .purpose(StoredFile.OUTPUT)
                .bytes(Files.size(path))
                .createdAtSeconds(nowSeconds)
                .expiresAtSeconds(nowSeconds + batch.order().outputExpiresAfterSeconds())
                .content(runtime.chunks().write(id, path))
                .build();
    }

    /** Writes the state, as soon as the brokers take it. */
    private void store(List<StoredFile> made) {
        while (!tryStore(made)) {
            requireOwned();
            try {
                Thread.sleep(RETRY_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private boolean tryStore(List<StoredFile> made) {
        Optional<FencedWriter> own = writer.get();
        if (own.isEmpty() || abandoned) {
            return false;
        }
        try {
            runtime.store().write(own.get(), batch, state, made);
            return true;
        } catch (RuntimeException e) {
            LOG.info("The state of {} is not written yet: {}", batch.id(), e.toString());
            return false;
        }
    }

    private static void delete(Path folder) {
        if (folder == null) {
            return;
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            LOG.warn("{} cannot be deleted", folder, e);
        }
    }

    /** Stores how far the batch is, every now and then. */
    private final class Progress implements BatchListener {

        @Override
        public void begins(String id, LineFormats format, long lines, BatchFigures figures) {
            LOG.info("{} begins: lines: {}", id, lines);
        }

        @Override
        public void progress(BatchFigures figures, long out) {
            long now = System.nanoTime();
            if (now - reportedNanos > REPORT_INTERVAL.toNanos() && isNews(figures)) {
                reportedNanos = now;
                state = state.with(figures);
                // What is not written now is written with the next.
                var unused = tryStore(List.of());
            }
        }

        /** A door that takes over counts from the start again, and nobody is to see that. */
        private boolean isNews(BatchFigures figures) {
            return state.figures() == null || figures.done() > state.figures().done();
        }

        @Override
        public void silence(long seconds) {
            LOG.warn("{}: no answer for {} s", batch.id(), seconds);
        }
    }
}
