package dev.messplus.batch;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.messplus.batch.file.InputFile;
import dev.messplus.batch.line.LineFormats;
import dev.messplus.record.Json;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * How far a batch is, at one moment: all lines up to {@code line} were accounted for as invalid, or
 * were sent and are on the requests topic; the files of results hold exactly the responses before
 * {@code responseOffsets}. A batch that was killed goes on from here.
 *
 * @param batch id of the batch
 * @param attempt how often lines without an answer were sent again, from 0
 * @param requestsTopic topic to which the lines are sent
 * @param responsesTopic topic on which they are answered
 * @param format how the lines are written
 * @param sla SLA of lines that name none
 * @param slaOfLines whether lines name their SLA
 * @param input tells this input from others
 * @param line number of the last line that was read
 * @param lineEnd bytes of the input up to its end
 * @param out how many lines up to it were sent and are not answered
 * @param requestOffsets by partition of the requests topic: where lines that follow may be
 * @param responseOffsets by partition of the responses topic: where responses that follow are
 * @param resultBytes length of the file of results
 * @param errorBytes length of the file of errors
 * @param figures what has become of the lines
 * @param complete whether this is known of every line
 */
@RecordBuilder
public record BatchProgress(
        String batch,
        int attempt,
        String requestsTopic,
        String responsesTopic,
        LineFormats format,
        String sla,
        boolean slaOfLines,
        InputFile.Fingerprint input,
        long line,
        long lineEnd,
        long out,
        Map<Integer, Long> requestOffsets,
        Map<Integer, Long> responseOffsets,
        long resultBytes,
        long errorBytes,
        BatchFigures figures,
        boolean complete) {

    /** What the ids of its requests begin with: those of each attempt are their own. */
    String requestBatch() {
        return attempt == 0 ? batch : batch + "." + attempt;
    }

    /**
     * Reads a file; {@code null} if there is none.
     *
     * @throws IllegalArgumentException if it holds something else
     */
    static BatchProgress read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return null;
        }
        try {
            return Json.MAPPER.readValue(Files.readAllBytes(file), BatchProgress.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "%s: is not the progress of a batch; move it away, or name other results with --results"
                            .formatted(file),
                    e);
        }
    }

    /** Writes a file, which holds the one or the other if the machine stops meanwhile. */
    void write(Path file) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".tmp");
        Files.write(next, Json.bytes(this));
        try (FileChannel channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
