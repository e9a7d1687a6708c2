package dev.messplus.job.kafka;

import java.io.IOException;
import java.util.Collection;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connector's committer, which restores however old the savepoint is.
 *
 * <p>A savepoint holds the transactions that it committed, and a restored job commits them again.
 * The broker forgets a transactional id a week after its last use (transactional.id.expiration.ms),
 * and the connector, told so, would fail the job, which would be told so again after every restart
 * (FLINK-39072).
 */
record SturdyCommitter(Committer<KafkaCommittable> committer)
        implements Committer<KafkaCommittable> {

    private static final Logger LOG = LoggerFactory.getLogger(SturdyCommitter.class);

    @Override
    public void commit(Collection<CommitRequest<KafkaCommittable>> requests)
            throws IOException, InterruptedException {
        committer.commit(
                requests.stream()
                        .<CommitRequest<KafkaCommittable>>map(SturdyRequest::new)
                        .toList());
    }

    @Override
    public void close() throws Exception {
        committer.close();
    }

    private record SturdyRequest(Committer.CommitRequest<KafkaCommittable> request)
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
                        "The broker has forgotten {}: it was committed long ago, unless the job was down ever since; if so, what it held is lost",
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
