package dev.messplus.replay.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.replay.outcome.Recorded;
import dev.messplus.replay.outcome.SyntheticTraffic;
import dev.messplus.replay.outcome.Traffic;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RequestDrawsTest {

    private static final int REQUESTS = 20_000;
    private static final TokenLengths LENGTHS = new TokenLengths(300, 0, 200, .6);

    @Test
    void lengthsAndScoresHaveTheirMeans() {
        SyntheticZoo zoo =
                new SyntheticZoo(
                        List.of(seconds -> new double[] {.9, seconds < 100 ? .3 : .85}),
                        LENGTHS,
                        1);

        assertThat(mean(zoo, 0, request -> request.answerTokens())).isCloseTo(200, within(4.));
        assertThat(mean(zoo, 0, request -> request.scores()[1])).isCloseTo(.3, within(.02));
        assertThat(mean(zoo, 100, request -> request.scores()[1])).isCloseTo(.85, within(.02));
        assertThat(mean(zoo, 100, request -> request.failureDraws()[0])).isCloseTo(.5, within(.02));
    }

    @Test
    void aRequestDependsOnItsNumberAlone() {
        SyntheticZoo zoo = ServingSetups.chats(seconds -> new double[] {.5}, 7);
        SimulatedRequest first = zoo.next(3, 10);
        var unused = zoo.next(4, 11);
        SimulatedRequest again = zoo.next(3, 10);

        assertThat(again.answerTokens()).isEqualTo(first.answerTokens());
        assertThat(again.features()).isEqualTo(first.features());
        assertThat(again.scores()).isEqualTo(first.scores());
    }

    @Test
    void recordedOutcomesKeepTheirPromptsAndScores() {
        Traffic traffic = SyntheticTraffic.of(50, 4);
        RecordedRequests requests = new RecordedRequests(traffic, LENGTHS, 1);

        for (int i = 0; i < 200; i++) {
            SimulatedRequest drawn = requests.next(i, i);
            String row = drawn.id().substring(0, drawn.id().indexOf('#'));
            Recorded recorded =
                    traffic.requests().stream().filter(r -> r.id().equals(row)).findFirst().get();
            assertThat(drawn.promptTokens()).isEqualTo(recorded.promptTokens());
            assertThat(Arrays.equals(drawn.scores(), recorded.scores())).isTrue();
        }
    }

    @Test
    void recordedOutcomesAreDrawnAnewByEverySeed() {
        Traffic traffic = SyntheticTraffic.of(50, 4);
        RecordedRequests requests = new RecordedRequests(traffic, LENGTHS, 1);
        RecordedRequests others = new RecordedRequests(traffic, LENGTHS, 2);

        assertThat(ids(requests)).isEqualTo(ids(new RecordedRequests(traffic, LENGTHS, 1)));
        assertThat(ids(requests)).isNotEqualTo(ids(others)).doesNotHaveDuplicates();
        assertThat(ids(requests).stream().map(id -> id.substring(0, id.indexOf('#'))).distinct())
                .hasSize(50);
        assertThat(mean(requests, 0, request -> request.answerTokens())).isCloseTo(200, within(4.));
        assertThat(mean(requests, 0, request -> request.failureDraws()[2]))
                .isCloseTo(.5, within(.02));
        assertThat(mean(requests, 0, request -> request.scores()[2]))
                .isCloseTo(traffic.means().get(2).score(), within(.02));
    }

    @Test
    void aPromptThatWasNotRecordedHasTheConfiguredLength() {
        Recorded empty =
                new Recorded("r", "kind", 1, new float[] {1}, new double[] {1}, new double[] {1});
        Traffic traffic = new Traffic(List.of("m"), List.of(empty));

        assertThat(new RecordedRequests(traffic, LENGTHS, 1).next(0, 0).promptTokens())
                .isEqualTo(LENGTHS.promptTokens());
    }

    private static List<String> ids(RequestDraws requests) {
        return LongStream.range(0, 2_000).mapToObj(n -> requests.next(n, 0).id()).toList();
    }

    private static double mean(
            RequestDraws requests, double seconds, ToDoubleFunction<SimulatedRequest> value) {
        return LongStream.range(0, REQUESTS)
                .mapToDouble(number -> value.applyAsDouble(requests.next(number, seconds)))
                .average()
                .orElseThrow();
    }
}
