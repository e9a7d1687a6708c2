package dev.messplus.serve.batch;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folders for batches that run, inside a folder of this door. What doors left there that were
 * killed is deleted when another one starts.
 */
public final class Spool implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Spool.class);

    private static final String PREFIX = "mess-spool-";
    private static final String LOCK = ".lock";

    private final Path folder;
    private final FileChannel lock;

    private Spool(Path folder, FileChannel lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /**
     * Opens a folder of its own.
     *
     * @param parent where it is
     * @throws IOException if it cannot be written
     */
    public static Spool open(Path parent) throws IOException {
        try (DirectoryStream<Path> others = Files.newDirectoryStream(parent, PREFIX + "*")) {
            for (Path other : others) {
                deleteIfLeft(other);
            }
        }
        Path folder = Files.createTempDirectory(parent, PREFIX);
        FileChannel lock = tryLock(folder.resolve(LOCK));
        if (lock == null) {
            throw new IOException("%s cannot be locked".formatted(folder));
        }
        return new Spool(folder, lock);
    }

    private static void deleteIfLeft(Path other) {
        try (FileChannel left = tryLock(other.resolve(LOCK))) {
            if (left != null) {
                delete(other);
            }
        } catch (IOException e) {
            LOG.warn("{} cannot be deleted", other, e);
        }
    }

    private static FileChannel tryLock(Path path) throws IOException {
        FileChannel channel =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            // Another door of this process has it.
        }
        channel.close();
        return null;
    }

    /** A new folder for a batch. */
    Path folder(String batch) throws IOException {
        return Files.createTempDirectory(folder, batch);
    }

    /** Deletes a folder with all that is in it. */
    static void delete(Path path) throws IOException {
        try (Stream<Path> paths = Files.walk(path)) {
            for (Path each : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    @Override
    public void close() throws IOException {
        delete(folder);
        lock.close();
    }
}
