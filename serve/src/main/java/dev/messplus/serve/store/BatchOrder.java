package dev.messplus.serve.store;

import dev.messplus.batch.BatchStart;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Map;

/**
 * A batch as its owner ordered it.
 *
 * @param tenant whose it is
 * @param inputFileId the file with its lines
 * @param completionWindow as its owner wrote it, such as {@code 24h}
 * @param metadata what its owner noted of it
 * @param outputExpiresAfterSeconds how long its files are kept
 * @param createdAtSeconds when it was ordered, in seconds since the epoch
 * @param expiresAtSeconds when it ends, even if lines have no answer
 * @param start its id, and where it begins on the topics
 */
@RecordBuilder
public record BatchOrder(
        String tenant,
        String inputFileId,
        String completionWindow,
        Map<String, String> metadata,
        long outputExpiresAfterSeconds,
        long createdAtSeconds,
        long expiresAtSeconds,
        BatchStart start) {

    /** Its id. */
    public String id() {
        return start.batch();
    }
}
