package dev.messplus.job.ends;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.record.RawRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.connector.file.src.reader.BulkFormat;
import org.apache.flink.connector.file.src.util.CheckpointedPosition;
import org.apache.flink.connector.file.src.util.RecordAndPosition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonLinesTest {

    private static final int MAX_LINE_BYTES = 1_000;

    @TempDir private Path folder;

    @Test
    void aRecordIsALineAndKnowsItsFileAndNumber() throws Exception {
        List<RawRecord> records = read(write("a/b.jsonl", "{}\n\n \t\r\n[1]\r\n{\"é\":1}"));

        assertThat(records)
                .extracting(RawRecord::place)
                .containsExactly("a/b.jsonl-0-1", "a/b.jsonl-0-4", "a/b.jsonl-0-5");
        assertThat(records)
                .extracting(record -> new String(record.value(), UTF_8))
                .containsExactly("{}", "[1]\r", "{\"é\":1}");
        assertThat(records).extracting(RawRecord::timestampMillis).containsOnly(-1L);
    }

    @Test
    void aLongLineIsCutAndTheNextOneIsRead() throws Exception {
        List<RawRecord> records =
                read(write("long.jsonl", "x".repeat(MAX_LINE_BYTES + 500) + "\n{}\n"));

        assertThat(records)
                .extracting(record -> record.value().length)
                .containsExactly(MAX_LINE_BYTES + 1, 2);
        assertThat(records.get(1).offset()).isEqualTo(2);
    }

    @Test
    void anEmptyFileHasNoRecord() throws Exception {
        assertThat(read(write("empty.jsonl", ""))).isEmpty();
        assertThat(read(write("blank.jsonl", "\n\n"))).isEmpty();
    }

    /** Wherever it was in a batch, and whatever was left out before. */
    @Test
    void aRestoredReaderGoesOnBehindThePosition() throws Exception {
        String line = "\"" + "y".repeat(900) + "\"";
        List<String> lines = IntStream.range(0, 300).mapToObj(i -> i % 7 == 3 ? "" : line).toList();
        Path file = write("many.jsonl", String.join("\n", lines));
        List<RecordAndPosition<RawRecord>> all = readPositions(split(file, null));
        List<String> places = all.stream().map(one -> one.getRecord().place()).toList();

        for (int read = 0; read < all.size(); read += 13) {
            RecordAndPosition<RawRecord> last = all.get(read);
            CheckpointedPosition position =
                    new CheckpointedPosition(last.getOffset(), last.getRecordSkipCount());

            assertThat(readPositions(split(file, position)))
                    .extracting(one -> one.getRecord().place())
                    .isEqualTo(places.subList(read + 1, places.size()));
        }
    }

    @Test
    void aSingleFileIsCalledByItsName() throws Exception {
        Path file = write("only.jsonl", "{}");

        assertThat(
                        records(
                                positions(
                                        new JsonLines(flink(file), MAX_LINE_BYTES),
                                        split(file, null))))
                .extracting(RawRecord::place)
                .containsExactly("only.jsonl-0-1");
    }

    /** Otherwise files of one name in several folders would have the same ids. */
    @Test
    void filesInTheRootOfAFileSystemAreCalledByTheirPaths() throws Exception {
        Path file = write("a/b.jsonl", "{}");

        assertThat(
                        records(
                                positions(
                                        new JsonLines(flink(file.getRoot()), MAX_LINE_BYTES),
                                        split(file, null))))
                .extracting(RawRecord::topic)
                .containsExactly(file.getRoot().relativize(file).toString());
    }

    /** An id has at most 256 characters. */
    @Test
    void aLongPathIsShortened() throws Exception {
        String deep = "d".repeat(150) + "/" + "e".repeat(150) + "/";
        String one = read(write(deep + "1.jsonl", "{}")).get(0).place();
        String two = read(write(deep + "2.jsonl", "{}")).get(0).place();

        assertThat(one).hasSizeLessThan(60).isNotEqualTo(two);
        assertThat(read(folder.resolve(deep + "1.jsonl")).get(0).place()).isEqualTo(one);
    }

    private Path write(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    private List<RawRecord> read(Path file) throws IOException {
        return records(readPositions(split(file, null)));
    }

    private static List<RawRecord> records(List<RecordAndPosition<RawRecord>> positions) {
        return positions.stream().map(RecordAndPosition::getRecord).toList();
    }

    private List<RecordAndPosition<RawRecord>> readPositions(FileSourceSplit split)
            throws IOException {
        return positions(new JsonLines(flink(folder), MAX_LINE_BYTES), split);
    }

    private static List<RecordAndPosition<RawRecord>> positions(
            JsonLines format, FileSourceSplit split) throws IOException {
        Configuration config = new Configuration();
        List<RecordAndPosition<RawRecord>> records = new ArrayList<>();
        try (BulkFormat.Reader<RawRecord> reader =
                split.getReaderPosition().isPresent()
                        ? format.restoreReader(config, split)
                        : format.createReader(config, split)) {
            for (var batch = reader.readBatch(); batch != null; batch = reader.readBatch()) {
                for (var next = batch.next(); next != null; next = batch.next()) {
                    records.add(next);
                }
                batch.releaseBatch();
            }
        }
        return records;
    }

    private static FileSourceSplit split(Path file, CheckpointedPosition position)
            throws IOException {
        long bytes = Files.size(file);
        return new FileSourceSplit("1", flink(file), 0, bytes, 0, bytes, new String[0], position);
    }

    /** A path as the source has it, with its file system. */
    private static org.apache.flink.core.fs.Path flink(Path path) throws IOException {
        var unqualified = new org.apache.flink.core.fs.Path(path.toString());
        return unqualified.makeQualified(unqualified.getFileSystem());
    }
}
