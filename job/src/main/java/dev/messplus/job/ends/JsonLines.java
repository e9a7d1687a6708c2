package dev.messplus.job.ends;

import dev.messplus.record.RawRecord;
import dev.messplus.record.RawRecordBuilder;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.UUID;
import org.apache.flink.api.common.io.compression.InflaterInputStreamFactory;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.connector.file.src.compression.StandardDeCompressors;
import org.apache.flink.connector.file.src.reader.BulkFormat;
import org.apache.flink.connector.file.src.util.CheckpointedPosition;
import org.apache.flink.connector.file.src.util.RecordAndPosition;
import org.apache.flink.core.fs.Path;
import org.apache.flink.util.IOUtils;

/**
 * Reads each line of a file as a record, except for those that are blank. A record's topic is the
 * file, its offset the number of its line, from 1: they make the id of a request that has none, so
 * that it has the same after a restore.
 *
 * <p>A file is read as a whole, by one reader, and after a restore again from its beginning: only
 * so is the number of a line known.
 *
 * @param folder what is read: a folder, or a single file
 * @param maxLineBytes longest line, in bytes; of a longer one, a record has one byte more
 */
record JsonLines(Path folder, int maxLineBytes) implements BulkFormat<RawRecord, FileSourceSplit> {

    /** A batch ends with the line with which it has as many bytes. */
    private static final int BATCH_BYTES = 64 << 10;

    /** Longest name of a file of which ids are made: an id has at most 256 characters. */
    private static final int MAX_NAME_CHARS = 200;

    /** When a line was written is not known. */
    private static final long UNKNOWN_TIME = -1;

    @Override
    public Reader<RawRecord> createReader(Configuration config, FileSourceSplit split)
            throws IOException {
        return new LineReader(name(split.path()), open(split.path()));
    }

    @Override
    public Reader<RawRecord> restoreReader(Configuration config, FileSourceSplit split)
            throws IOException {
        LineReader reader = new LineReader(name(split.path()), open(split.path()));
        long read =
                split.getReaderPosition()
                        .map(CheckpointedPosition::getRecordsAfterOffset)
                        .orElse(0L);
        try {
            reader.skip(read);
        } catch (IOException e) {
            // Flink closes what it gets alone.
            IOUtils.closeQuietly(reader);
            throw e;
        }
        return reader;
    }

    @Override
    public boolean isSplittable() {
        return false;
    }

    @Override
    public TypeInformation<RawRecord> getProducedType() {
        return TypeInformation.of(RawRecord.class);
    }

    /** The path of a file below the folder, or a hash of one that is too long. */
    private String name(Path file) {
        String root = OtherEnds.root(folder);
        String full = file.toString();
        String name = full.startsWith(root) ? full.substring(root.length()) : file.getName();
        return name.length() <= MAX_NAME_CHARS
                ? name
                : UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
    }

    private static InputStream open(Path file) throws IOException {
        InflaterInputStreamFactory<?> compression =
                StandardDeCompressors.getDecompressorForFileName(file.getName());
        InputStream in = file.getFileSystem().open(file);
        try {
            return new BufferedInputStream(compression == null ? in : compression.create(in));
        } catch (IOException e) {
            IOUtils.closeQuietly(in);
            throw e;
        }
    }

    private final class LineReader implements Reader<RawRecord> {

        private final String name;
        private final LimitedLines lines;

        LineReader(String name, InputStream in) {
            this.name = name;
            lines = new LimitedLines(in, maxLineBytes + 1);
        }

        void skip(long count) throws IOException {
            while (lines.count() < count && lines.next() != null) {
                // Only its number counts.
            }
        }

        @Override
        public RecordIterator<RawRecord> readBatch() throws IOException {
            Queue<RawRecord> batch = new ArrayDeque<>();
            int bytes = 0;
            while (bytes < BATCH_BYTES) {
                byte[] line = lines.next();
                if (line == null) {
                    return batch.isEmpty() ? null : new Batch(batch);
                }
                bytes += line.length;
                if (!isBlank(line)) {
                    batch.add(record(line));
                }
            }
            return new Batch(batch);
        }

        private RawRecord record(byte[] line) {
            return RawRecordBuilder.builder()
                    .topic(name)
                    .offset(lines.count())
                    .timestampMillis(UNKNOWN_TIME)
                    .value(line)
                    .build();
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }

    private static boolean isBlank(byte[] line) {
        for (byte b : line) {
            if (b != ' ' && b != '\t' && b != '\r') {
                return false;
            }
        }
        return true;
    }

    /** A position is the number of lines up to that of the record, which is read by then. */
    private record Batch(Queue<RawRecord> records) implements RecordIterator<RawRecord> {

        @Override
        public RecordAndPosition<RawRecord> next() {
            RawRecord record = records.poll();
            return record == null
                    ? null
                    : new RecordAndPosition<>(
                            record, CheckpointedPosition.NO_OFFSET, record.offset());
        }

        @Override
        public void releaseBatch() {}
    }
}
