package dev.messplus.batch;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.messplus.batch.file.LineReader;
import dev.messplus.batch.file.ResultFile;
import dev.messplus.batch.kafka.AnswerReader;
import dev.messplus.batch.kafka.JobTopics;
import dev.messplus.batch.kafka.LineSender;
import dev.messplus.batch.kafka.SentLines;
import dev.messplus.batch.line.InvalidLineException;
import dev.messplus.batch.line.LineAnswer;
import dev.messplus.batch.line.LineFormat;
import dev.messplus.batch.line.LineRequest;
import dev.messplus.batch.line.RequestId;
import dev.messplus.record.Json;
import dev.messplus.record.Response;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.BitSet;
import java.util.Optional;

/**
 * Runs a batch from where it is to its end, on one thread: sends lines, writes what comes back, and
 * records every second how far it is.
 */
final class BatchRun implements Closeable {

    /** How much a batch that is killed reads and writes again. */
    private static final Duration RECORD_INTERVAL = Duration.ofSeconds(1);

    private static final Duration REPORT_INTERVAL = Duration.ofMillis(200);
    private static final Duration SILENCE = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(20);

    /** After so many, answers are read, whatever room there is. */
    private static final int LINES_PER_TURN = 1_000;

    private final Batch batch;
    private final OpenFiles files;
    private final LineFormat format;
    private final SendWindow window;
    private final LineReader lines;
    private final LineSender sender;
    private final AnswerReader answers;

    /** Lines of which it is known what became of them. */
    private final BitSet done;

    /** Lines that were sent before this run began, and not recorded. */
    private final BitSet sent;

    private BatchProgress progress;
    private BatchFigures figures;
    private boolean more = true;

    /** Why no more lines are sent; {@code null} while they are. */
    private BatchEnd end;

    /** Lines that were read and sent, and are not answered. */
    private long out;

    private long recordedNanos = System.nanoTime();
    private long reportedNanos = System.nanoTime();
    private long answeredNanos = System.nanoTime();
    private long silenceNanos = System.nanoTime();

    /**
     * A run.
     *
     * @param progress where it begins
     * @param files the results and errors up to there
     * @param done lines of which it is known there what became of them
     */
    BatchRun(Batch batch, BatchProgress progress, OpenFiles files, BitSet done) throws IOException {
        this.batch = batch;
        this.progress = progress;
        this.files = files;
        this.done = done;
        format = progress.format().lines(progress.slaOfLines());
        figures = progress.figures();
        out = progress.out();
        window = window();
        JobTopics topics = batch.topics();
        sent = SentLines.of(topics, progress.requestBatch(), progress.requestOffsets());
        lines = batch.input().from(progress.line(), progress.lineEnd());
        sender = new LineSender(topics, progress.requestOffsets());
        answers = new AnswerReader(topics, progress.requestBatch(), progress.responseOffsets());
    }

    private SendWindow window() {
        int lines = batch.options().window();
        return lines == 0 ? SendWindow.adaptive() : SendWindow.of(lines);
    }

    /** Runs the batch to its end. */
    BatchProgress run() throws IOException {
        while (more || out > 0) {
            end = batch.options().end().get();
            if (end != null && !end.waits()) {
                break;
            }
            boolean hold = isRecordDue() && !sender.isSettled();
            boolean full = hold || !sendLines();
            for (LineAnswer answer : answers.poll(full ? POLL : Duration.ZERO)) {
                take(answer);
            }
            if (isRecordDue() && sender.isSettled()) {
                record(false);
            }
            report();
        }
        if (end != null) {
            giveUpTheRest();
        }
        record(true);
        return progress;
    }

    /** Writes an error for each line that has no answer. */
    private void giveUpTheRest() throws IOException {
        try (LineReader all = batch.input().from(0, 0)) {
            while (all.next()) {
                int number = Math.toIntExact(all.number());
                if (!all.isBlank() && !done.get(number)) {
                    RequestId id = new RequestId(progress.requestBatch(), number, customId(all));
                    files.errors().append(format.error(id, end.code(), end.message()));
                    figures = figures.plusFailed();
                    done.set(number);
                }
            }
        }
        out = 0;
    }

    private String customId(LineReader line) {
        try {
            return read(line).customId();
        } catch (InvalidLineException e) {
            return e.customId();
        }
    }

    /**
     * Sends lines while there is room.
     *
     * @return whether there is room for more
     */
    private boolean sendLines() throws IOException {
        long room = window.room(out, System.nanoTime()) + out;
        for (int i = 0; i < LINES_PER_TURN; i++) {
            if (!more || out >= room) {
                return false;
            }
            more = lines.next();
            if (more && !lines.isBlank() && !done.get(Math.toIntExact(lines.number()))) {
                sendLine();
            }
        }
        return true;
    }

    private void sendLine() throws IOException {
        if (sent.get(Math.toIntExact(lines.number()))) {
            out++;
            return;
        }
        if (end != null) {
            return;
        }
        try {
            LineRequest line = read(lines);
            RequestId id = new RequestId(progress.requestBatch(), lines.number(), line.customId());
            sender.send(id.text(), request(id, line));
            window.sent(lines.number(), System.nanoTime());
            out++;
        } catch (InvalidLineException e) {
            RequestId id = new RequestId(progress.requestBatch(), lines.number(), e.customId());
            files.errors().append(format.error(id, LineFormat.INVALID, e.getMessage()));
            figures = figures.plusInvalid();
            done.set(Math.toIntExact(lines.number()));
        }
    }

    private LineRequest read(LineReader line) throws InvalidLineException {
        if (line.isTooLong()) {
            throw new InvalidLineException(
                    null, "must have at most %,d bytes".formatted(batch.input().maxLineBytes()));
        }
        return format.read(line.bytes(), progress.sla());
    }

    /** The record for the topic. */
    private byte[] request(RequestId id, LineRequest line) throws InvalidLineException {
        ObjectNode request = JsonNodeFactory.instance.objectNode().put("id", id.text());
        request.setAll(line.request());
        byte[] json = Json.bytes(request);
        Optional<String> error = batch.check().requestError(json);
        if (error.isPresent()) {
            throw new InvalidLineException(line.customId(), format.inWordsOfALine(error.get()));
        }
        if (json.length > batch.input().maxLineBytes()) {
            throw new InvalidLineException(
                    line.customId(),
                    "must have at most %,d bytes as a request (max.request.size), had %,d"
                            .formatted(batch.input().maxLineBytes(), json.length));
        }
        return json;
    }

    private void take(LineAnswer answer) throws IOException {
        int line = Math.toIntExact(answer.id().line());
        if (done.get(line)) {
            // Under at_least_once, a failure of the job repeats responses.
            return;
        }
        done.set(line);
        Response response = answer.response();
        ResultFile file = response.isAnswered() ? files.results() : files.errors();
        file.append(format.result(answer));
        figures = figures.plus(response);
        answeredNanos = System.nanoTime();
        if (response.decision() == null) {
            window.forget(line);
        } else {
            window.answered(line, response.waitedMillis(), out, answeredNanos);
        }
        // Of a line that was sent before this run and is read later, it is known already.
        out -= line <= lines.number() ? 1 : 0;
    }

    private boolean isRecordDue() {
        return System.nanoTime() - recordedNanos > RECORD_INTERVAL.toNanos();
    }

    /** Records how far the batch is: the requests topic has all lines that were sent. */
    private void record(boolean complete) throws IOException {
        files.sync();
        progress =
                BatchProgressBuilder.builder(progress)
                        .line(lines.number())
                        .lineEnd(lines.end())
                        .out(out)
                        .requestOffsets(sender.offsets())
                        .responseOffsets(answers.offsets())
                        .resultBytes(files.results().length())
                        .errorBytes(files.errors().length())
                        .figures(figures)
                        .complete(complete)
                        .build();
        progress.write(batch.files().progress());
        recordedNanos = System.nanoTime();
    }

    private void report() {
        long now = System.nanoTime();
        if (now - reportedNanos > REPORT_INTERVAL.toNanos()) {
            batch.listener().progress(figures, out);
            reportedNanos = now;
        }
        long last = Math.max(answeredNanos, silenceNanos);
        if (out > 0 && now - last > SILENCE.toNanos()) {
            batch.listener().silence(Duration.ofNanos(now - answeredNanos).toSeconds());
            silenceNanos = now;
        }
    }

    @Override
    public void close() throws IOException {
        try (LineReader last = lines;
                AnswerReader second = answers;
                LineSender first = sender) {
            // Closes all, whatever one of them does.
        }
    }
}
