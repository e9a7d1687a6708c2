package dev.messplus.job.kafka.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.messplus.testkit.LogCapture;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.connector.kafka.sink.KafkaWriterState;
import org.apache.flink.connector.kafka.sink.TwoPhaseCommittingStatefulSink.PrecommittingStatefulSinkWriter;
import org.apache.kafka.clients.admin.AdminClient;
import org.junit.jupiter.api.Test;

class CloseSafeKafkaWriterTest {

    /** Of a connector that has changed. */
    private static final class OtherWriter
            implements PrecommittingStatefulSinkWriter<String, KafkaWriterState, KafkaCommittable> {

        @Override
        public void write(String element, Context context) {}

        @Override
        public void flush(boolean endOfInput) {}

        @Override
        public Collection<KafkaCommittable> prepareCommit() {
            return List.of();
        }

        @Override
        public List<KafkaWriterState> snapshotState(long checkpointId) {
            return List.of();
        }

        @Override
        public void close() throws IOException {
            throw new IOException("cannot abort");
        }
    }

    /** Fails with the connector whose upgrade must change or remove the class. */
    @Test
    void theWriterOfTheConnectorHasAnAdminClient() throws Exception {
        assertThat(
                        Class.forName(
                                        "org.apache.flink.connector.kafka.sink.ExactlyOnceKafkaWriter")
                                .getDeclaredField(CloseSafeKafkaWriter.ADMIN)
                                .getType())
                .isEqualTo(AdminClient.class);
    }

    @Test
    void anAdminClientThatIsNotFoundIsReported() {
        try (LogCapture log = LogCapture.of(CloseSafeKafkaWriter.class)) {
            CloseSafeKafkaWriter<String> writer =
                    new CloseSafeKafkaWriter<>(new OtherWriter(), true);
            assertThatCode(writer::close).doesNotThrowAnyException();
            assertThat(log.messages())
                    .satisfiesExactly(
                            closing -> assertThat(closing).contains("Cannot close a Kafka writer"),
                            admin ->
                                    assertThat(admin)
                                            .startsWith("Cannot close the admin client of ")
                                            .contains(OtherWriter.class.getName()));
        }
    }

    @Test
    void aWriterWithoutTransactionsHasNone() {
        try (LogCapture log = LogCapture.of(CloseSafeKafkaWriter.class)) {
            CloseSafeKafkaWriter<String> writer =
                    new CloseSafeKafkaWriter<>(new OtherWriter(), false);
            assertThatCode(writer::close).doesNotThrowAnyException();
            assertThat(log.messages()).hasSize(1);
        }
    }
}
