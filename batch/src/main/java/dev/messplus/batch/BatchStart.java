package dev.messplus.batch;

import dev.messplus.batch.kafka.JobTopics;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;

/**
 * Where a batch begins. Whoever knows it can run the batch from its start: the topics have what was
 * sent and answered since.
 *
 * @param batch id of the batch
 * @param requestOffsets by partition of the requests topic: where its lines may be
 * @param responseOffsets by partition of the responses topic: where their responses are
 */
public record BatchStart(
        String batch, Map<Integer, Long> requestOffsets, Map<Integer, Long> responseOffsets) {

    private static final int ID_BYTES = 8;

    /** A batch that begins now. */
    public static BatchStart now(JobTopics topics) {
        byte[] id = new byte[ID_BYTES];
        new SecureRandom().nextBytes(id);
        return new BatchStart(
                "batch_" + HexFormat.of().formatHex(id),
                topics.requestEnds(),
                topics.responseEnds());
    }
}
