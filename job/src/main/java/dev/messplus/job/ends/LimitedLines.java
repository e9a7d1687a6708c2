package dev.messplus.job.ends;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/** The lines of a file, of any length: of a long one, only the beginning is held. */
final class LimitedLines implements Closeable {

    private final InputStream in;
    private final int maxBytes;
    private long count;

    /**
     * Lines that end with a line feed or with the file.
     *
     * @param in buffered
     * @param maxBytes how many bytes of a line are returned at most
     */
    LimitedLines(InputStream in, int maxBytes) {
        this.in = in;
        this.maxBytes = maxBytes;
    }

    /** The next line without its line feed; {@code null} after the last one. */
    byte[] next() throws IOException {
        int read = in.read();
        if (read < 0) {
            return null;
        }
        count++;
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (read >= 0 && read != '\n') {
            if (line.size() < maxBytes) {
                line.write(read);
            }
            read = in.read();
        }
        return line.toByteArray();
    }

    /** How many lines have been read: the number of the last one, from 1. */
    long count() {
        return count;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
