package dev.messplus.batch.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps other processes from the files of a batch. It is a lock on a file of its own, which stays:
 * on POSIX systems, a process loses its locks on a file as soon as it closes any channel to it.
 */
public final class FilesLock implements Closeable {

    private final FileChannel channel;

    private FilesLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock.
     *
     * @throws IllegalArgumentException if another process has it, or its folder does not exist
     */
    public static FilesLock take(BatchFiles files) throws IOException {
        FileChannel channel = open(files.lock());
        // Held until the channel is closed.
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // Another thread of this process has it.
        }
        if (lock == null) {
            channel.close();
            throw new IllegalArgumentException(
                    "%s is being written by another mess batch; wait until it has ended"
                            .formatted(files.results()));
        }
        return new FilesLock(channel);
    }

    private static FileChannel open(Path path) throws IOException {
        try {
            return FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(
                    "--results: the folder of %s does not exist; create it".formatted(path), e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
