package dev.messplus.batch.file;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.function.ToLongFunction;

/**
 * Brings a file of results into the order of the input. It takes 12 bytes of memory for each line
 * of the input; the results stay on the disk.
 */
public final class InputOrder {

    /** No result is longer than a record of Kafka can be. */
    private static final int MAX_BYTES = 1 << 30;

    /** Where the result of each line of the input begins, plus 1; 0 if it has none. */
    private long[] begins = new long[1_024];

    private int[] lengths = new int[1_024];
    private boolean sorted = true;

    private InputOrder() {}

    /**
     * Sorts the lines of a file, of which each is about another line of the input.
     *
     * @param lineOf the number of the input's line, from 1
     */
    public static void sort(Path file, ToLongFunction<String> lineOf) throws IOException {
        InputOrder order = new InputOrder();
        order.read(file, lineOf);
        if (!order.sorted) {
            order.rewrite(file);
        }
    }

    private void read(Path file, ToLongFunction<String> lineOf) throws IOException {
        try (LineReader lines = new LineReader(Files.newInputStream(file), MAX_BYTES)) {
            int last = 0;
            for (long begin = 0; lines.next(); begin = lines.end()) {
                byte[] bytes = lines.bytes();
                int number =
                        Math.toIntExact(
                                lineOf.applyAsLong(new String(bytes, StandardCharsets.UTF_8)));
                if (number >= begins.length) {
                    int size = Math.max(number + 1, 2 * begins.length);
                    begins = Arrays.copyOf(begins, size);
                    lengths = Arrays.copyOf(lengths, size);
                }
                begins[number] = begin + 1;
                lengths[number] = bytes.length;
                sorted &= number > last;
                last = number;
            }
        }
    }

    private void rewrite(Path file) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".tmp");
        try (FileChannel in = FileChannel.open(file);
                FileChannel ordered = FileChannel.open(next, CREATE, TRUNCATE_EXISTING, WRITE);
                OutputStream out =
                        new BufferedOutputStream(Channels.newOutputStream(ordered), 1 << 16)) {
            for (int number = 1; number < begins.length; number++) {
                if (begins[number] > 0) {
                    ByteBuffer line = ByteBuffer.allocate(lengths[number]);
                    long at = begins[number] - 1;
                    while (line.hasRemaining()) {
                        int count = in.read(line, at + line.position());
                        if (count < 0) {
                            throw new IOException(file + " has become shorter");
                        }
                    }
                    out.write(line.array());
                    out.write('\n');
                }
            }
            out.flush();
            ordered.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
