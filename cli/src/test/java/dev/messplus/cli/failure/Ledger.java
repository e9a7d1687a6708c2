package dev.messplus.cli.failure;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.ObjLongConsumer;

/** A file that another process writes, with {@code id atMillis} on each line. */
final class Ledger {

    private final Path file;
    private long read;

    Ledger(Path file) {
        this.file = file;
    }

    /** Reads the lines that were completed since the last call. */
    void read(ObjLongConsumer<String> entry) throws IOException {
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            byte[] bytes = new byte[(int) (in.length() - read)];
            in.seek(read);
            in.readFully(bytes);
            String text = new String(bytes, StandardCharsets.UTF_8);
            int complete = text.lastIndexOf('\n') + 1;
            text.substring(0, complete)
                    .lines()
                    .forEach(
                            line -> {
                                String[] parts = line.split(" ", -1);
                                entry.accept(parts[0], Long.parseLong(parts[1]));
                            });
            read += complete;
        }
    }
}
