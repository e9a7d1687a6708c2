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

    private static final String METADATA = "_metadata";

    private NewestSnapshot() {}

    /**
     * Prints the path to the standard output, and what it passes over, with the reason, to the
     * standard error. Exits with status 1 if there are some but all are damaged: a start from
     * nothing would lose what the job has learned, so a person should decide.
     *
     * @param args the folder
     */
    public static void main(String[] args) throws IOException {
        try {
            find(Path.of(args[0]), System.err).ifPresent(System.out::println);
        } catch (DamagedException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    /**
     * The folder of the newest complete checkpoint or savepoint, if there is one at all.
     *
     * @param log told of each that is passed over
     * @throws DamagedException if all are damaged
     */
    static Optional<Path> find(Path folder, Appendable log) throws IOException, DamagedException {
        List<Path> newestFirst = newestFirst(folder);
        for (Path snapshot : newestFirst) {
            try {
                Snapshots.verify(snapshot.toUri().toString());
                return Optional.of(snapshot);
            } catch (IOException e) {
                log.append("Passing over %s: %s%n".formatted(snapshot, e.getMessage()));
            }
        }
        if (!newestFirst.isEmpty()) {
            throw new DamagedException(folder);
        }
        return Optional.empty();
    }

    private static List<Path> newestFirst(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.getFileName().toString().equals(METADATA))
                    .sorted(Comparator.comparing(NewestSnapshot::written).reversed())
                    .map(Path::getParent)
                    .toList();
        } catch (NoSuchFileException e) {
            throw new NoSuchFileException(folder + ": does not exist");
        }
    }

    private static FileTime written(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** There are checkpoints or savepoints, and none is complete. */
    static final class DamagedException extends Exception {

        DamagedException(Path folder) {
            super(
                    folder
                            + ": all checkpoints and savepoints are damaged; bring back one from a"
                            + " backup, or delete them, and the job starts from nothing");
        }
    }
}
