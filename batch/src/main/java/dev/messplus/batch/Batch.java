package dev.messplus.batch;

import dev.messplus.batch.file.BatchFiles;
import dev.messplus.batch.file.InputFile;
import dev.messplus.batch.file.InputOrder;
import dev.messplus.batch.file.ResultFile;
import dev.messplus.batch.kafka.JobTopics;
import dev.messplus.batch.line.LineFormat;
import dev.messplus.batch.line.LineFormats;
import dev.messplus.job.pipeline.RecordCheck;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;

/**
 * A batch on this machine. To run it again after it was interrupted or killed goes on where it was;
 * to run it once it is complete changes nothing.
 *
 * @param input the lines
 * @param files what it writes
 * @param topics the topics of the job
 * @param check what the job demands of a request
 * @param options how it is run
 * @param listener watches it
 */
@RecordBuilder
public record Batch(
        InputFile input,
        BatchFiles files,
        JobTopics topics,
        RecordCheck check,
        BatchOptions options,
        BatchListener listener) {

    /**
     * Runs the batch to its end.
     *
     * @return what became of its lines
     * @throws IllegalArgumentException if the files are of another batch, or another input, or
     *     another process writes them
     * @throws org.apache.kafka.common.KafkaException if Kafka fails for good
     */
    public BatchFigures run() throws IOException {
        try (OpenFiles open = OpenFiles.of(files)) {
            BatchProgress progress = BatchProgress.read(files.progress());
            if (progress == null) {
                progress = begin(open);
            } else {
                requireSame(progress);
            }
            if (progress.complete()) {
                requireLength(open.results(), files.results(), progress.resultBytes());
                requireLength(open.errors(), files.errors(), progress.errorBytes());
            } else {
                progress = goOn(progress, open);
            }
            if (options.retry() && progress.figures().failed() > 0) {
                progress = goOn(nextAttempt(progress), open);
            }
            return progress.figures();
        }
    }

    /** Brings the results and errors of a complete batch into the order of the input. */
    public void sort() throws IOException {
        BatchProgress progress = BatchProgress.read(files.progress());
        LineFormat format = progress.format().lines(progress.slaOfLines());
        InputOrder.sort(files.results(), format::lineOf);
        InputOrder.sort(files.errors(), format::lineOf);
    }

    private BatchProgress begin(OpenFiles open) throws IOException {
        requireEmpty("--results", files.results(), open.results());
        requireEmpty("--errors", files.errors(), open.errors());
        LineFormats format =
                options.format() == null ? LineFormats.of(input.firstLine()) : options.format();
        BatchStart start = options.start() == null ? BatchStart.now(topics) : options.start();
        BatchProgress progress =
                BatchProgressBuilder.builder()
                        .batch(start.batch())
                        .requestsTopic(topics.requests())
                        .responsesTopic(topics.responses())
                        .format(format)
                        .sla(options.sla() == null ? BatchOptions.DEFAULT_SLA : options.sla())
                        .slaOfLines(options.sla() == null)
                        .input(input.fingerprint())
                        .requestOffsets(start.requestOffsets())
                        .responseOffsets(start.responseOffsets())
                        .figures(BatchFigures.NONE)
                        .build();
        // Before the first line is sent, so that none is sent of which nobody knows.
        progress.write(files.progress());
        return progress;
    }

    private static void requireEmpty(String option, Path path, ResultFile file) {
        if (file.length() > 0) {
            throw new IllegalArgumentException(
                    "%s: has lines of something else; move it away, or name another file with %s"
                            .formatted(path, option));
        }
    }

    private void requireSame(BatchProgress progress) throws IOException {
        if (!progress.input().equals(input.fingerprint())) {
            throw new IllegalArgumentException(
                    "%s: has changed since this batch began; restore it, or name other results with --results"
                            .formatted(input.path()));
        }
        require("--format", progress.format(), options.format());
        require("--sla", progress.slaOfLines() ? null : progress.sla(), options.sla());
        require("kafka.topics.requests", progress.requestsTopic(), topics.requests());
        require("kafka.topics.responses", progress.responsesTopic(), topics.responses());
    }

    private void require(String what, Object before, Object now) {
        if (now != null && !now.equals(before)) {
            throw new IllegalArgumentException(
                    "%s: this batch began %s; begin another one with --results, or repeat the command as it was"
                            .formatted(what, before == null ? "without it" : "with " + before));
        }
    }

    private BatchProgress goOn(BatchProgress progress, OpenFiles open) throws IOException {
        truncate(open.results(), files.results(), progress.resultBytes());
        truncate(open.errors(), files.errors(), progress.errorBytes());
        LineFormat format = progress.format().lines(progress.slaOfLines());
        BitSet done = new BitSet();
        for (Path file : List.of(files.results(), files.errors())) {
            ResultFile.read(file, line -> done.set(Math.toIntExact(format.lineOf(line))));
        }
        listener.begins(
                progress.batch(), progress.format(), progress.input().lines(), progress.figures());
        try (BatchRun run = new BatchRun(this, progress, open, done)) {
            return run.run();
        }
    }

    private static void requireLength(ResultFile file, Path path, long length) {
        if (file.length() != length) {
            throw new IllegalArgumentException(
                    "%s: had %d bytes when the batch was complete, and has %d; restore it, or name another file with --results"
                            .formatted(path, length, file.length()));
        }
    }

    private static void truncate(ResultFile file, Path path, long length) throws IOException {
        try {
            file.truncate(length);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "%s: %s; restore it, or name another file with --results"
                            .formatted(path, e.getMessage()),
                    e);
        }
    }

    /**
     * Begins to send lines again that were sent and have no answer. The file of errors begins anew:
     * lines that are invalid are found again.
     */
    private BatchProgress nextAttempt(BatchProgress progress) throws IOException {
        BatchProgress next =
                BatchProgressBuilder.builder(progress)
                        .attempt(progress.attempt() + 1)
                        .line(0)
                        .lineEnd(0)
                        .out(0)
                        .requestOffsets(topics.requestEnds())
                        .responseOffsets(topics.responseEnds())
                        .errorBytes(0)
                        .figures(progress.figures().answeredAlone())
                        .complete(false)
                        .build();
        next.write(files.progress());
        return next;
    }
}
