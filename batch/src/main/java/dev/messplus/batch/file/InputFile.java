package dev.messplus.batch.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;

/**
 * The input of a batch.
 *
 * @param path where it is
 * @param maxLineBytes longest line that is read
 */
public record InputFile(Path path, int maxLineBytes) {

    /**
     * What tells one input from another.
     *
     * @param bytes size of the file
     * @param checksum CRC-32C of the file
     * @param lines number of lines that are not blank
     */
    public record Fingerprint(long bytes, long checksum, long lines) {}

    /** Reads the whole file once. */
    public Fingerprint fingerprint() throws IOException {
        CRC32C checksum = new CRC32C();
        long lines = 0;
        try (LineReader reader =
                new LineReader(
                        new CheckedInputStream(Files.newInputStream(path), checksum),
                        maxLineBytes)) {
            while (reader.next()) {
                lines += reader.isBlank() ? 0 : 1;
            }
            return new Fingerprint(reader.end(), checksum.getValue(), lines);
        }
    }

    /** The first line that is not blank; empty if there is none. */
    public byte[] firstLine() throws IOException {
        try (LineReader reader = from(0, 0)) {
            while (reader.next()) {
                if (!reader.isBlank()) {
                    return reader.bytes();
                }
            }
            return new byte[0];
        }
    }

    /**
     * Reads lines.
     *
     * @param line how many lines are left out
     * @param offset how many bytes they have
     */
    public LineReader from(long line, long offset) throws IOException {
        FileChannel channel = FileChannel.open(path);
        channel.position(offset);
        InputStream in = Channels.newInputStream(channel);
        return new LineReader(in, maxLineBytes, line, offset);
    }
}
