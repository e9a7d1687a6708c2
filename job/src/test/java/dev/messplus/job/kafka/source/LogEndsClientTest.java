package dev.messplus.job.kafka.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.job.config.KafkaSection;
import dev.messplus.testkit.Patience;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.junit.jupiter.api.Test;

class LogEndsClientTest {

    private static final KafkaSection NOBODY = KafkaSection.of("127.0.0.1:1");
    private static final long DAY = TimeUnit.DAYS.toMillis(1);
    private static final TopicPartition FIRST = new TopicPartition("feedback", 0);
    private static final TopicPartition SECOND = new TopicPartition("feedback", 1);

    @Test
    void whatNobodyAnswersIsUnknown() throws Exception {
        try (LogEndsClient client = LogEndsClient.ofRequests(NOBODY)) {
            assertThat(next(client).of(FIRST)).isEqualTo(LogEnds.UNKNOWN);
        }
    }

    /** Otherwise everything that waits would expire. */
    @Test
    void theTimeOfLabelsDoesNotJumpWithTheClock() throws Exception {
        SteadyClockTest.SetClock clock = new SteadyClockTest.SetClock();
        try (LogEndsClient client = LogEndsClient.ofLabels(NOBODY, DAY, clock)) {
            long before = next(client).asOfMillis();
            clock.jump(TimeUnit.HOURS.toMillis(1));

            assertThat(next(client).asOfMillis()).isEqualTo(before);
        }
    }

    /** The admin client would ask for the others again and again. */
    @Test
    void onlyPartitionsWithALeaderAreAskedFor() {
        Node node = new Node(1, "h", 9092);
        TopicDescription topic =
                new TopicDescription(
                        "feedback",
                        false,
                        List.of(
                                new TopicPartitionInfo(0, null, List.of(node), List.of()),
                                new TopicPartitionInfo(1, node, List.of(node), List.of(node))));

        assertThat(LogEndsClient.ledPartitions(topic)).containsExactly(SECOND);
    }

    private static LogEnds next(LogEndsClient client) throws Exception {
        return client.nextEnds(Set.of(FIRST)).get(Patience.LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    }
}
