package dev.messplus.batch.file;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Reads lines as bytes, and knows where each ends. Of a line that is too long, it keeps nothing, so
 * that it needs no more memory than one line may have.
 */
public final class LineReader implements Closeable {

    private static final int BUFFER_BYTES = 1 << 16;

    /** That of UTF-8, with which some editors begin a file. */
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private final InputStream in;
    private final int maxBytes;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int position;
    private int limit;
    private long number;
    private long end;
    private boolean tooLong;

    /** A reader of a text from its start. */
    public LineReader(InputStream in, int maxBytes) {
        this(in, maxBytes, 0, 0);
    }

    /**
     * A reader of what follows the first lines of a text.
     *
     * @param in begins behind them
     * @param maxBytes longest line that is kept, without its end
     * @param number how many lines were read
     * @param end how many bytes they have
     */
    public LineReader(InputStream in, int maxBytes, long number, long end) {
        this.in = in;
        this.maxBytes = maxBytes;
        this.number = number;
        this.end = end;
    }

    /** Reads the next line; {@code false} if there is none. */
    public boolean next() throws IOException {
        line.reset();
        tooLong = false;
        boolean any = false;
        while (position < limit || fill()) {
            any = true;
            int from = position;
            while (position < limit && buffer[position] != '\n') {
                position++;
            }
            keep(from, position);
            end += position - from;
            if (position < limit) {
                position++;
                end++;
                break;
            }
        }
        if (any) {
            number++;
        }
        return any;
    }

    private boolean fill() throws IOException {
        position = 0;
        limit = Math.max(0, in.read(buffer));
        return limit > 0;
    }

    private void keep(int from, int to) {
        if (tooLong || line.size() + to - from > maxBytes) {
            tooLong = true;
            line.reset();
        } else {
            line.write(buffer, from, to - from);
        }
    }

    /** The line without its end, and without a byte order mark; empty if it is too long. */
    public byte[] bytes() {
        byte[] bytes = line.toByteArray();
        int from = number == 1 && startsWithMark(bytes) ? BYTE_ORDER_MARK.length : 0;
        int to = bytes.length;
        if (to > from && bytes[to - 1] == '\r') {
            to--;
        }
        return Arrays.copyOfRange(bytes, from, to);
    }

    private static boolean startsWithMark(byte[] bytes) {
        int length = BYTE_ORDER_MARK.length;
        return bytes.length >= length
                && Arrays.equals(bytes, 0, length, BYTE_ORDER_MARK, 0, length);
    }

    /** Whether the line has more bytes than are kept. */
    public boolean isTooLong() {
        return tooLong;
    }

    /** Whether the line has nothing but white space. */
    public boolean isBlank() {
        if (tooLong) {
            return false;
        }
        for (byte b : line.toByteArray()) {
            if (b != ' ' && b != '\t' && b != '\r') {
                return false;
            }
        }
        return true;
    }

    /** Number of the line, from 1. */
    public long number() {
        return number;
    }

    /** Bytes of the text up to the end of the line. */
    public long end() {
        return end;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
