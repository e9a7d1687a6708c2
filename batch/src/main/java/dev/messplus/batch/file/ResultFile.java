package dev.messplus.batch.file;

import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/** A file to which lines are appended, and which can be set back to an earlier length. */
public final class ResultFile implements Closeable {

    private final FileChannel channel;
    private final OutputStream out;
    private long length;

    private ResultFile(FileChannel channel) {
        this.channel = channel;
        this.out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
    }

    /** Opens a file, which may not exist. */
    public static ResultFile open(Path path) throws IOException {
        FileChannel channel =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        ResultFile file = new ResultFile(channel);
        file.length = channel.size();
        return file;
    }

    /**
     * Sets the file back to an earlier length, in bytes.
     *
     * @throws IOException if it is shorter
     */
    public void truncate(long earlier) throws IOException {
        out.flush();
        if (length < earlier) {
            throw new IOException("had %d bytes and has %d now".formatted(earlier, length));
        }
        channel.truncate(earlier).position(earlier);
        length = earlier;
    }

    /** Passes on the lines of a file. */
    public static void read(Path path, Consumer<String> lines) throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(path)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.accept(line);
            }
        }
    }

    /** Appends a line, which has no end. */
    public void append(String line) throws IOException {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        out.write(bytes);
        out.write('\n');
        length += bytes.length + 1;
    }

    /** Length in bytes. */
    public long length() {
        return length;
    }

    /** Returns once the disk has all lines. */
    public void sync() throws IOException {
        out.flush();
        channel.force(false);
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
