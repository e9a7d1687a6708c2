package dev.messplus.batch;

import dev.messplus.batch.file.BatchFiles;
import dev.messplus.batch.file.FilesLock;
import dev.messplus.batch.file.ResultFile;
import java.io.Closeable;
import java.io.IOException;

/** The files of a batch while it runs, which no other process writes meanwhile. */
record OpenFiles(FilesLock lock, ResultFile results, ResultFile errors) implements Closeable {

    static OpenFiles of(BatchFiles files) throws IOException {
        if (files.results().equals(files.errors())) {
            throw new IllegalArgumentException(
                    "--errors: must be another file than the results, was " + files.errors());
        }
        FilesLock lock = FilesLock.take(files);
        try {
            return new OpenFiles(
                    lock, ResultFile.open(files.results()), ResultFile.open(files.errors()));
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    void sync() throws IOException {
        results.sync();
        errors.sync();
    }

    @Override
    public void close() throws IOException {
        try (FilesLock last = lock;
                ResultFile first = results;
                ResultFile second = errors) {
            // Closes all, whatever one of them does.
        }
    }
}
