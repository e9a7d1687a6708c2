package dev.messplus.job.kafka.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.job.config.KafkaSection;
import dev.messplus.testkit.Patience;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class LogEndsClientTest {

    @Test
    void whatNobodyAnswersIsUnknown() throws Exception {
        TopicPartition partition = new TopicPartition("feedback", 0);
        try (LogEndsClient client =
                new LogEndsClient(
                        KafkaSection.of("127.0.0.1:1"),
                        IsolationLevel.READ_UNCOMMITTED,
                        () -> 1_000)) {
            LogEnds ends =
                    client.nextEnds(Set.of(partition))
                            .get(Patience.LIMIT.toMillis(), TimeUnit.MILLISECONDS);

            assertThat(ends.of(partition)).isEqualTo(LogEnds.UNKNOWN);
            assertThat(ends.asOfMillis()).isEqualTo(1_000);
        }
    }
}
