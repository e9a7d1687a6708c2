package dev.messplus.batch.kafka;

import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;

/** The responses topic has deleted responses before they were read. */
public final class DeletedAnswersException extends OffsetOutOfRangeException {

    private static final long serialVersionUID = 1L;

    DeletedAnswersException(String message, OffsetOutOfRangeException cause) {
        super(message, cause.offsetOutOfRangePartitions());
    }
}
