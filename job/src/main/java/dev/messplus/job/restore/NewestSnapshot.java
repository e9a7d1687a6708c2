package dev.messplus.job.restore;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Prints the path of the newest complete checkpoint or savepoint below a folder, or nothing if
 * there is none. A start after a crash needs it: the machine may have died while it wrote the
 * newest one, and from a damaged one, each start would fail again.
 */
public final class NewestSnapshot {

    private NewestSnapshot() {}

    /**
     * Prints the path to the standard output, and what it passes over, with the reason, to the
     * standard error. Exits with status 1 if a person should decide: if there are some but all are
     * damaged, or if it is not known whether one is. A start from nothing or from an older one
     * would lose what the job has learned.
     *
     * @param args the folder
     */
    public static void main(String[] args) {
        try {
            find(Path.of(args[0]), System.err).ifPresent(System.out::println);
        } catch (IOException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    /**
     * The folder of the newest complete checkpoint or savepoint, if there is one at all.
     *
     * @param log receives a line for each that is passed over
     * @throws DamagedSnapshotException if all are damaged
     * @throws IOException if the folder, or one that is newer than all complete ones, cannot be
     *     looked into
     */
    static Optional<Path> find(Path folder, Appendable log) throws IOException {
        List<Path> newestFirst = newestFirst(folder);
        for (Path snapshot : newestFirst) {
            try {
                Snapshots.verify(snapshot);
                return Optional.of(snapshot);
            } catch (DamagedSnapshotException e) {
                log.append("Passing over %s: %s%n".formatted(snapshot, e.getMessage()));
            } catch (IOException e) {
                throw new IOException(
                        ("%s: cannot tell whether it is complete: %s. The job does not start from"
                                        + " an older one, since this one may be. Mend the cause, or"
                                        + " move this one away, and start again.")
                                .formatted(snapshot, e),
                        e);
            }
        }
        if (!newestFirst.isEmpty()) {
            throw new DamagedSnapshotException(
                    folder
                            + ": all checkpoints and savepoints are damaged; bring back one from a"
                            + " backup, or delete them, and the job starts from nothing");
        }
        return Optional.empty();
    }

    private static List<Path> newestFirst(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.endsWith(Snapshots.METADATA))
                    .sorted(Comparator.comparing(NewestSnapshot::written).reversed())
                    .map(Path::getParent)
                    .toList();
        } catch (NoSuchFileException e) {
            throw new NoSuchFileException(folder + ": does not exist");
        } catch (IOException e) {
            throw unreadable(folder, e);
        } catch (UncheckedIOException e) {
            throw unreadable(folder, e.getCause());
        }
    }

    private static IOException unreadable(Path folder, IOException cause) {
        return new IOException(
                folder + ": cannot look for checkpoints and savepoints there: " + cause, cause);
    }

    private static FileTime written(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
