package dev.messplus.replay.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchingServerTest {

    private static final double EXACT = 1e-9;

    /** 10 ms + 1 a sequence + 2 a kilotoken of context + .1 a token of a prompt. */
    private final ServerSpecBuilder spec =
            ServerSpecBuilder.builder()
                    .stepMillis(10)
                    .stepMillisPerSequence(1)
                    .stepMillisPerKiloToken(2)
                    .prefillMillisPerToken(.1)
                    .maxSequences(4)
                    .maxBatchedTokens(100)
                    .kvTokens(1_000)
                    .wattsAlone(100)
                    .wattsFull(300)
                    .saturation(4);

    private final List<ServerCall> done = new ArrayList<>();

    @Test
    void theStepsOfOneSequenceTakeWhatTheSpecSays() {
        BatchingServer server = new BatchingServer(spec.build());
        server.add(call(50, 0, 3));

        // The prompt makes the first token, two steps the others.
        assertThat(millisUntilIdle(server))
                .containsExactly(10 + 1 + 50 * .1, 10 + 1 + 2 * 50 / 1e3, 10 + 1 + 2 * 51 / 1e3);
        assertThat(done).hasSize(1);
    }

    @Test
    void threeSequencesShareTheirSteps() {
        BatchingServer server = new BatchingServer(spec.build());
        server.add(call(50, 0, 2));
        server.add(call(40, 0, 2));
        server.add(call(30, 0, 1));

        // 100 tokens fit: all of two prompts, and 10 of the third. Then two tokens are made beside
        // the rest of it, which has 10 in memory.
        assertThat(millisUntilIdle(server))
                .containsExactly(10 + 3 + 100 * .1, 10 + 3 + 2 * 100 / 1e3 + 20 * .1);
    }

    @Test
    void aCachedPromptIsNotComputed() {
        BatchingServer server = new BatchingServer(spec.build());
        server.add(call(50, 40, 1));
        server.add(call(50, 50, 1));

        // The last token of a prompt always is.
        assertThat(millisUntilIdle(server)).containsExactly(10 + 2 + 2 * 89 / 1e3 + 11 * .1);
    }

    @Test
    void powerRisesLessThanInProportionToTheWork() {
        ServerSpec server = spec.build();

        assertThat(server.watts(0)).isEqualTo(100);
        assertThat(server.watts(4)).isCloseTo(100 + 200 * (1 - 1 / Math.E), within(EXACT));
        assertThat(server.watts(1_000)).isCloseTo(300, within(EXACT));
        assertThat(server.work(3, 128)).isEqualTo(5);
    }

    @Test
    void callsShareTheJoulesOfTheirSteps() {
        BatchingServer server = new BatchingServer(spec.build());
        ServerCall longer = call(30, 0, 20);
        ServerCall shorter = call(30, 0, 5);
        server.add(longer);
        server.add(shorter);
        var unused = millisUntilIdle(server);

        assertThat(longer.trueJoules() + shorter.trueJoules())
                .isCloseTo(server.trueJoules(), within(EXACT));
        assertThat(longer.trueJoules()).isGreaterThan(2 * shorter.trueJoules());
    }

    @Test
    void aSequenceWaitsForItsMemoryAndItsTurn() {
        BatchingServer server = new BatchingServer(spec.kvTokens(150).build());
        server.add(call(50, 0, 50));
        server.add(call(50, 0, 50));
        server.add(call(1, 0, 1));
        var unused = server.begin(0);

        // The third would fit, but does not overtake the second.
        assertThat(server.running()).isEqualTo(1);
        assertThat(server.waiting()).isEqualTo(2);
        assertThatThrownBy(() -> server.add(call(100, 0, 51)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "kvTokens: must be at least the prompt and answer of every call, 151; was 150");
    }

    private ServerCall call(int promptTokens, int cachedTokens, int answerTokens) {
        return new ServerCall(promptTokens, cachedTokens, answerTokens, done::add);
    }

    private static List<Double> millisUntilIdle(BatchingServer server) {
        List<Double> millis = new ArrayList<>();
        while (server.hasWork()) {
            BatchingServer.BatchStep step = server.begin(0);
            millis.add(step.millis());
            server.end(step, 0);
        }
        return millis;
    }
}
