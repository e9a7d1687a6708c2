package dev.messplus.serve.http;

import dev.messplus.batch.kafka.JobTopics;
import dev.messplus.job.pipeline.RecordCheck;
import dev.messplus.serve.access.Keys;
import dev.messplus.serve.kafka.FileChunks;
import dev.messplus.serve.kafka.TopicWriter;
import dev.messplus.serve.store.Store;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;

/**
 * What is behind the API.
 *
 * @param door what the ids of the door's requests begin with
 * @param topics the topics of the job
 * @param writer writes to them
 * @param check what the job demands of records
 * @param keys who may call
 * @param limits what a call may be at most
 * @param store files and batches
 * @param chunks contents of files
 */
@RecordBuilder
public record Backend(
        String door,
        JobTopics topics,
        TopicWriter writer,
        RecordCheck check,
        Keys keys,
        Limits limits,
        Store store,
        FileChunks chunks) {

    /**
     * What a call may be at most.
     *
     * @param timeout how long a caller waits
     * @param bodyBytes size of a body
     * @param silence how long the responses topic may not have been read by a healthy door
     */
    public record Limits(Duration timeout, int bodyBytes, Duration silence) {}
}
