package dev.messplus.minicluster;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a second broker out of a folder. Kafka locks its logs too, but only after its controller
 * has written to them. The lock ends with this process, even if it is killed.
 */
final class FolderLock implements AutoCloseable {

    private final FileChannel channel;

    private FolderLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Locks a folder, and creates it if it does not exist.
     *
     * @throws IllegalArgumentException if another broker has it
     */
    static FolderLock of(Path folder) throws IOException {
        Path file = Files.createDirectories(folder).resolve("broker.lock");
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (tryLock(channel) == null) {
            channel.close();
            throw new IllegalArgumentException(
                    folder
                            + " is in use by a broker that runs already; stop it, or choose another"
                            + " folder");
        }
        return new FolderLock(channel);
    }

    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // A broker in this JVM has it.
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
