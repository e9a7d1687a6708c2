package dev.messplus.serve.batch;

import dev.messplus.batch.Batch;
import dev.messplus.batch.BatchBuilder;
import dev.messplus.batch.BatchEnd;
import dev.messplus.batch.BatchFigures;
import dev.messplus.batch.BatchListener;
import dev.messplus.batch.BatchOptions;
import dev.messplus.batch.file.BatchFiles;
import dev.messplus.batch.file.InputFile;
import dev.messplus.batch.kafka.DeletedAnswersException;
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
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
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

    /** How the names of files of results and errors end, as those of OpenAI do. */
    private static final String RESULTS = "_output.jsonl";

    private static final String ERRORS = "_error.jsonl";

    /** How long behind its time doors try to bring a batch to its end. */
    private static final Duration GIVING_UP = Duration.ofHours(1);

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
            // It may have come to its end a moment ago.
            runtime.store().refresh().join();
            if (!runtime.store().batch(batch.id()).map(StoredBatch::isOpen).orElse(false)) {
                return;
            }
            folder = runtime.spool().folder(batch.id());
            run(folder);
        } catch (CancellationException e) {
            LOG.info("{} is left to other doors", batch.id());
        } catch (IOException | RuntimeException e) {
            if (!abandoned) {
                LOG.warn("{} failed; it is run again in a while", batch.id(), e);
            }
        } finally {
            delete(folder);
        }
    }

    private void run(Path folder) throws IOException {
        if (batch.isToEnd()) {
            var unused = end();
            finish(List.of());
            return;
        }
        try {
            answer(folder);
        } catch (NoSuchFileException e) {
            fail("file_not_found", "input_file_id: " + e.getReason(), "input_file_id");
        } catch (DeletedAnswersException e) {
            fail("answers_deleted", e.getMessage(), null);
        } catch (CancellationException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            if (abandoned || !isGivenUp()) {
                throw e;
            }
            fail("not_finished", "no door could finish the batch: " + e.getMessage(), null);
        }
    }

    private boolean isGivenUp() {
        return System.currentTimeMillis()
                >= 1_000 * batch.order().expiresAtSeconds() + GIVING_UP.toMillis();
    }

    private void answer(Path folder) throws IOException {
        Optional<Tenant> tenant = runtime.keys().named(batch.order().tenant());
        if (tenant.isEmpty() && end() == null) {
            throw new IOException(
                    "the file of keys of this door does not have the tenant %s"
                            .formatted(batch.order().tenant()));
        }
        StoredFile file =
                runtime.store()
                        .input(batch.order())
                        .orElseThrow(
                                () ->
                                        new NoSuchFileException(
                                                batch.order().inputFileId(),
                                                null,
                                                "the file is deleted"));
        InputFile input = new InputFile(folder.resolve("lines.jsonl"), runtime.maxLineBytes());
        fetch(file, input.path());
        long lines = input.fingerprint().lines();
        if (lines == 0) {
            fail("empty_file", "input_file_id: the file has no lines", "input_file_id");
            return;
        }
        state = BatchStateBuilder.builder(state.next(BatchStatus.IN_PROGRESS)).lines(lines).build();
        store(List.of());
        BatchFiles files = BatchFiles.of(input.path(), null, null);
        Set<String> slas = tenant.map(Tenant::slas).orElse(Set.of());
        BatchFigures figures = batch(input, files, slas).run();
        state = state.with(figures).next(BatchStatus.FINALIZING);
        store(List.of());
        finish(upload(files));
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

    private Batch batch(InputFile input, BatchFiles files, Set<String> slas) {
        return BatchBuilder.builder()
                .input(input)
                .files(files)
                .topics(runtime.topics())
                .check(RecordCheck.of(runtime.config(), slas))
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

    private void fail(String code, String message, String param) {
        LOG.warn("{} failed: {}", batch.id(), message);
        state =
                BatchStateBuilder.builder(state.next(BatchStatus.FAILED))
                        .problem(new BatchState.Problem(code, message, param))
                        .build();
        store(List.of());
        runtime.metrics().batchEnded(state.status().text());
    }

    /** Stores the results and the errors, of which there may be none. */
    private List<StoredFile> upload(BatchFiles files) throws IOException {
        List<StoredFile> made = new ArrayList<>();
        if (Files.size(files.results()) > 0) {
            made.add(upload(RESULTS, files.results()));
        }
        if (Files.size(files.errors()) > 0) {
            made.add(upload(ERRORS, files.errors()));
        }
        return made;
    }

    private void finish(List<StoredFile> made) {
        state =
                BatchStateBuilder.builder(state.next(status()))
                        .outputFileId(idOf(RESULTS, made))
                        .errorFileId(idOf(ERRORS, made))
                        .build();
        try {
            store(made);
        } catch (CancellationException e) {
            made.forEach(file -> runtime.chunks().delete(file.id(), file.content()));
            throw e;
        }
        runtime.metrics().batchEnded(state.status().text());
    }

    private static String idOf(String kind, List<StoredFile> made) {
        return made.stream()
                .filter(file -> file.filename().endsWith(kind))
                .map(StoredFile::id)
                .findAny()
                .orElse(null);
    }

    private BatchStatus status() {
        if (end == null) {
            return BatchStatus.COMPLETED;
        }
        return end.code().equals("batch_expired") ? BatchStatus.EXPIRED : BatchStatus.CANCELLED;
    }

    private StoredFile upload(String kind, Path path) throws IOException {
        String id = Store.newFileId();
        long nowSeconds = System.currentTimeMillis() / 1_000;
        return StoredFileBuilder.builder()
                .id(id)
                .tenant(batch.order().tenant())
                .filename(batch.id() + kind)
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
        try {
            if (folder != null) {
                Spool.delete(folder);
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
