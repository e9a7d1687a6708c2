package dev.messplus.serve.batch;

import dev.messplus.batch.kafka.JobTopics;
import dev.messplus.job.config.MessConfig;
import dev.messplus.serve.access.Keys;
import dev.messplus.serve.kafka.FileChunks;
import dev.messplus.serve.metrics.DoorMetrics;
import dev.messplus.serve.store.Store;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * What batches need to run.
 *
 * @param config of the job
 * @param topics of the job
 * @param keys says which SLAs a tenant may use
 * @param store where batches are
 * @param chunks contents of files
 * @param metrics of the door
 * @param spool for the files of batches that run
 * @param maxLineBytes longest line
 */
@RecordBuilder
public record BatchRuntime(
        MessConfig config,
        JobTopics topics,
        Keys keys,
        Store store,
        FileChunks chunks,
        DoorMetrics metrics,
        Spool spool,
        int maxLineBytes) {}
