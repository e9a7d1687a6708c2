package dev.messplus.credit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.jobgraph.tasks.TaskOperatorEventGateway;
import org.apache.flink.runtime.operators.coordination.CoordinationRequest;
import org.apache.flink.runtime.operators.coordination.CoordinationResponse;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.apache.flink.runtime.source.event.SourceEventWrapper;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.runtime.tasks.TestProcessingTimeService;
import org.apache.flink.util.SerializedValue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reports reach the source, and are bundled. */
class CreditReportsTest {

    private static final long INTERVAL_MILLIS = 10;
    private static final int PER_TURN = 125;

    private final List<SourceEvent> sent = new ArrayList<>();
    private final List<OperatorID> receivers = new ArrayList<>();
    private final TestProcessingTimeService time = new TestProcessingTimeService();
    private CreditReports reports;

    @BeforeEach
    void open() throws Exception {
        time.setCurrentTime(1_000);
        reports = new CreditReports(new RecordingGateway(), "requests", time, 1);
    }

    @Test
    void theSourceIsFoundByItsUid() throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.fromSequence(1, 2).uid("requests").sinkTo(new DiscardingSink<>()).uid("sink");

        assertThat(env.getStreamGraph().getJobGraph().getVerticesSortedTopologicallyFromSources())
                .flatExtracting(vertex -> vertex.getOperatorIDs())
                .extracting(pair -> pair.getGeneratedOperatorID())
                .contains(CreditReports.operatorId("requests"));
    }

    @Test
    void theFirstReportIsSentAtOnceAndTheNextOnesTogether() throws Exception {
        reports.has(8, 2);
        reports.arrived();
        reports.has(7, 2);
        reports.arrived();
        reports.has(6, 2);
        assertThat(sent).containsExactly(new Credits(0, 8, 2));

        time.setCurrentTime(1_000 + INTERVAL_MILLIS);

        assertThat(sent).containsExactly(new Credits(0, 8, 2), new Credits(2, 6, 2));
        assertThat(receivers).containsOnly(CreditReports.operatorId("requests"));
    }

    /** 4,000 requests a second must not become as many events at the JobManager. */
    @Test
    void whatHardlyMattersIsReportedSomeTimesASecond() throws Exception {
        reports.has(1_000, PER_TURN);
        for (int i = 1; i <= 100; i++) {
            reports.arrived();
            reports.has(1_000 - i, PER_TURN);
        }
        time.setCurrentTime(1_000 + INTERVAL_MILLIS);
        assertThat(sent).containsExactly(new Credits(0, 1_000, PER_TURN));
        time.setCurrentTime(1_100);
        assertThat(sent)
                .containsExactly(new Credits(0, 1_000, PER_TURN), new Credits(100, 900, PER_TURN));

        for (int i = 1; i <= 200; i++) {
            reports.arrived();
            reports.has(900 - i, PER_TURN);
        }
        time.setCurrentTime(1_100 + INTERVAL_MILLIS);
        assertThat(sent).hasSize(3).contains(new Credits(200, 700, PER_TURN));
    }

    /** It has few credits, as one that has enough requests does. */
    @Test
    void whatMattersDoesNotDependOnTheCredits() throws Exception {
        reports.has(2, PER_TURN);
        for (int i = 0; i < 10; i++) {
            reports.arrived();
        }
        reports.has(3, PER_TURN);
        time.setCurrentTime(1_099);
        assertThat(sent).hasSize(1);

        time.setCurrentTime(1_100);
        assertThat(sent).containsExactly(new Credits(0, 2, PER_TURN), new Credits(10, 3, PER_TURN));
    }

    /** 100 subtasks send 250 reports a second together. */
    @Test
    void aSubtaskOfManyReportsRarely() throws Exception {
        CreditReports ofMany = new CreditReports(new RecordingGateway(), "requests", time, 100);
        ofMany.has(1_000, PER_TURN);
        ofMany.arrived();
        ofMany.has(999, PER_TURN);
        time.setCurrentTime(1_399);
        assertThat(sent).hasSize(1);

        time.setCurrentTime(1_400);
        assertThat(sent)
                .containsExactly(new Credits(0, 1_000, PER_TURN), new Credits(1, 999, PER_TURN));
    }

    @Test
    void nothingNewIsNotReported() throws Exception {
        reports.has(8, PER_TURN);
        time.setCurrentTime(2_000);
        reports.has(8, PER_TURN);
        time.setCurrentTime(3_000);

        assertThat(sent).hasSize(1);
    }

    @Test
    void whatIsDroppedIsReportedWithoutCredits() throws Exception {
        reports.dropped();
        reports.dropped();
        time.setCurrentTime(2_000);

        assertThat(sent).containsExactly(new Dropped(1), new Dropped(1));
    }

    @Test
    void afterTheEndNothingIsReported() throws Exception {
        reports.has(8, PER_TURN);
        reports.has(7, PER_TURN);
        reports.stop();
        time.setCurrentTime(2_000);

        assertThat(sent).hasSize(1);
    }

    private final class RecordingGateway implements TaskOperatorEventGateway {

        @Override
        public void sendOperatorEventToCoordinator(
                OperatorID operator, SerializedValue<OperatorEvent> event) {
            receivers.add(operator);
            try {
                OperatorEvent copy = event.deserializeValue(getClass().getClassLoader());
                sent.add(((SourceEventWrapper) copy).getSourceEvent());
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public CompletableFuture<CoordinationResponse> sendRequestToCoordinator(
                OperatorID operator, SerializedValue<CoordinationRequest> request) {
            throw new UnsupportedOperationException();
        }
    }
}
