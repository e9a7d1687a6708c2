package dev.messplus.infer;

import static dev.messplus.fixture.Fixtures.NO_SERVER;
import static dev.messplus.fixture.Fixtures.endpoint;
import static dev.messplus.fixture.Fixtures.exploit;
import static dev.messplus.fixture.Fixtures.explore;
import static dev.messplus.fixture.Fixtures.inference;
import static dev.messplus.infer.StubbedZoo.NO_SCORES;
import static org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness.repackageState;
import static org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness.repartitionOperatorState;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.fixture.Fixtures;
import dev.messplus.infer.admission.ByteBudget;
import dev.messplus.record.RoutedRequest;
import dev.messplus.sharing.SharedResources;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every request is answered once, by servers that are slow, err and hang up at random, while the
 * job is restored again and again with another parallelism.
 */
@Timeout(120)
class RestartsTest {

    private static final int MAX_PARALLELISM = 128;
    private static final int REQUESTS = 150;
    private static final long STEP_MILLIS = 100;

    /** Of all requests: the subtasks share the test's thread, so none may wait for another's. */
    private static final long MAX_BYTES = 1 << 20;

    /** Ids of the answers up to the last checkpoint. */
    private final List<String> committed = new ArrayList<>();

    private List<InferHarness> subtasks = new ArrayList<>();
    private int sent;

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void everyRequestIsAnsweredOnce(long seed) throws Exception {
        Random random = new Random(seed);
        try (ModelServer server = ModelServer.erratic(seed);
                SharedResources.Use<ByteBudget> budget = ByteBudget.ofJvm(MAX_BYTES)) {
            InferOperatorFactory factory = factory(server);
            start(factory, null, 0, 1 + random.nextInt(3));
            while (sent < REQUESTS) {
                send(Math.min(REQUESTS, sent + 1 + random.nextInt(80)), random);
                OperatorSubtaskState checkpoint = checkpoint();
                int sentBefore = sent;
                int before = subtasks.size();
                // What happens after the checkpoint is undone.
                send(Math.min(REQUESTS, sent + random.nextInt(40)), random);
                close();
                sent = sentBefore;
                start(factory, checkpoint, before, 1 + random.nextInt(3));
            }
            Fixtures.await().pollInSameThread().until(this::allAreAnswered);
            for (InferHarness subtask : subtasks) {
                subtask.endInput();
                committed.addAll(subtask.answered());
            }
            close();

            assertThat(committed)
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, REQUESTS).mapToObj(String::valueOf).toList());
            assertThat(budget.get().used()).isZero();
        }
    }

    private void start(
            InferOperatorFactory factory, OperatorSubtaskState checkpoint, int before, int now)
            throws Exception {
        subtasks = new ArrayList<>();
        for (int i = 0; i < now; i++) {
            InferHarness subtask = new InferHarness(factory, now, i);
            if (checkpoint != null) {
                subtask.initializeState(
                        repartitionOperatorState(checkpoint, MAX_PARALLELISM, before, now, i));
            }
            subtask.open();
            subtasks.add(subtask);
        }
    }

    private void send(int until, Random random) throws Exception {
        for (; sent < until; sent++) {
            subtasks.get(random.nextInt(subtasks.size())).processElement(request(sent), 1);
        }
    }

    /** What was answered before the checkpoint is not answered again. */
    private OperatorSubtaskState checkpoint() throws Exception {
        OperatorSubtaskState[] states = new OperatorSubtaskState[subtasks.size()];
        for (int i = 0; i < states.length; i++) {
            committed.addAll(subtasks.get(i).answered());
            states[i] = subtasks.get(i).snapshot(1, 1);
        }
        return repackageState(states);
    }

    /** Whether all are, or will be later: time passes. */
    private boolean allAreAnswered() throws Exception {
        int answered = committed.size();
        for (InferHarness subtask : subtasks) {
            subtask.setProcessingTime(subtask.getProcessingTime() + STEP_MILLIS);
            answered += subtask.answered().size();
        }
        return answered == REQUESTS;
    }

    private void close() {
        subtasks.forEach(InferHarness::close);
    }

    private static RoutedRequest request(int number) {
        return switch (number % 4) {
            case 0 -> explore("" + number, "a", "b");
            case 1 -> exploit("" + number, "a", "b");
            case 2 -> exploit("" + number, "down", "a");
            default -> exploit("" + number, "b", "gone");
        };
    }

    private static InferOperatorFactory factory(ModelServer server) {
        return new InferOperatorFactory(
                List.of(
                        endpoint("a", server.base(), 6),
                        endpoint("b", server.base(), 3),
                        endpoint("down", NO_SERVER, 2)),
                inference()
                        .maxInFlight(8)
                        .maxInFlightBytes(MAX_BYTES)
                        // By chance, a request waits until then for the server that is down.
                        .requestTimeoutMillis(2_000)
                        .build(),
                NO_SCORES);
    }
}
