package dev.messplus.serve.store;

import dev.messplus.serve.kafka.FileChunks;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * A file.
 *
 * @param id its id
 * @param tenant whose it is
 * @param filename as its owner names it
 * @param purpose {@link #INPUT} or {@link #OUTPUT}
 * @param bytes its size
 * @param createdAtSeconds when it was written, in seconds since the epoch
 * @param expiresAtSeconds when it is deleted
 * @param content where its bytes are
 */
@RecordBuilder
public record StoredFile(
        String id,
        String tenant,
        String filename,
        String purpose,
        long bytes,
        long createdAtSeconds,
        long expiresAtSeconds,
        FileChunks.Content content) {

    /** Purpose of a file whose lines a batch has answered. */
    public static final String INPUT = "batch";

    /** Purpose of a file of results or errors of a batch. */
    public static final String OUTPUT = "batch_output";

    /** What the ids of all files begin with. */
    static final String PREFIX = "file-";

    boolean isExpired(long nowSeconds) {
        return nowSeconds >= expiresAtSeconds;
    }
}
