package dev.messplus.batch;

import dev.messplus.batch.file.BatchFiles;
import dev.messplus.batch.file.ResultFile;
import java.io.Closeable;
import java.io.IOException;

/** The files of a batch while it runs, which no other process writes meanwhile. */
record OpenFiles(ResultFile results, ResultFile errors) implements Closeable {

    static OpenFiles of(BatchFiles files) throws IOException {
        ResultFile results = ResultFile.open(files.results());
        try {
            return new OpenFiles(results, ResultFile.open(files.errors()));
        } catch (IOException | RuntimeException e) {
            results.close();
            throw e;
        }
    }

    void sync() throws IOException {
        results.sync();
        errors.sync();
    }

    @Override
    public void close() throws IOException {
        try (ResultFile first = results;
                ResultFile second = errors) {
            // Closes both, whatever the first one does.
        }
    }
}
