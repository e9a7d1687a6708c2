package dev.messplus.job.kafka.sink;

import java.io.IOException;
import java.util.Collection;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connector's committer, which skips transactions whose transactional id has expired.
 *
 * <p>A savepoint contains the transactions that were committed when it was taken, and a restored
 * job commits them again. A broker drops a transactional id one week after its last use ({@code
 * transactional.id.expiration.ms}) and then answers with {@link InvalidPidMappingException}.
 * Connector 5.0.0 fails the job for it, again after every restart (FLINK-39072). This class can go
 * with the first connector that contains FLINK-39072.
 */
record ExpiryTolerantCommitter(Committer<KafkaCommittable> committer)
        implements Committer<KafkaCommittable> {

    private static final Logger LOG = LoggerFactory.getLogger(ExpiryTolerantCommitter.class);

    @Override
    public void commit(Collection<CommitRequest<KafkaCommittable>> requests)
            throws IOException, InterruptedException {
        committer.commit(
                requests.stream()
                        .<CommitRequest<KafkaCommittable>>map(ExpiryTolerantRequest::new)
                        .toList());
    }

    @Override
    public void close() throws Exception {
        committer.close();
    }

    private record ExpiryTolerantRequest(Committer.CommitRequest<KafkaCommittable> request)
            implements Committer.CommitRequest<KafkaCommittable> {

        @Override
        public KafkaCommittable getCommittable() {
            return request.getCommittable();
        }

        @Override
        public int getNumberOfRetries() {
            return request.getNumberOfRetries();
        }

        @Override
        public void signalFailedWithKnownReason(Throwable reason) {
            request.signalFailedWithKnownReason(reason);
        }

        @Override
        public void signalFailedWithUnknownReason(Throwable reason) {
            if (reason instanceof InvalidPidMappingException) {
                LOG.warn(
                        "The transactional id of {} has expired on the broker. Either the transaction was committed long ago, or the job has been down since then and the records of the transaction are lost.",
                        request.getCommittable());
                request.signalFailedWithKnownReason(reason);
            } else {
                request.signalFailedWithUnknownReason(reason);
            }
        }

        @Override
        public void retryLater() {
            request.retryLater();
        }

        @Override
        public void updateAndRetryLater(KafkaCommittable committable) {
            request.updateAndRetryLater(committable);
        }

        @Override
        public void signalAlreadyCommitted() {
            request.signalAlreadyCommitted();
        }
    }
}
