package dev.messplus.job.ends;

import dev.messplus.job.config.RequestFilesSection;
import dev.messplus.record.RawRecord;
import java.io.IOException;
import java.time.Duration;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.connector.file.src.enumerate.DefaultFileFilter;
import org.apache.flink.core.fs.Path;

/** Requests in files, one on each line. */
final class FileRequests {

    static final String PATH = "requests.files.path";

    private FileRequests() {}

    /**
     * Reads the files that there are and, unless the run is bounded, those that come.
     *
     * @param maxLineBytes longest line, in bytes
     */
    static Source<RawRecord, ?, ?> source(
            RequestFilesSection files, int maxLineBytes, boolean bounded) {
        Path folder = existing(files.path());
        FileSource.FileSourceBuilder<RawRecord> source =
                FileSource.forBulkFileFormat(new JsonLines(folder, maxLineBytes), folder);
        return bounded
                ? source.build()
                : source.monitorContinuously(Duration.ofMillis(files.discoverMillis())).build();
    }

    /** Without it, the enumerator would fail, and the job with it, again and again. */
    private static Path existing(String name) {
        Path path = OtherEnds.path(PATH, name);
        if (!new DefaultFileFilter().test(path)) {
            throw OtherEnds.error(
                    PATH,
                    "must not have a name that begins with . or _, because such files and folders are left out, was %s"
                            .formatted(name));
        }
        try {
            if (path.getFileSystem().exists(path)) {
                return path;
            }
        } catch (IOException e) {
            throw OtherEnds.unusable(PATH, name, e);
        }
        throw OtherEnds.error(
                PATH, "must be a file or folder that every machine sees, was %s".formatted(name));
    }
}
