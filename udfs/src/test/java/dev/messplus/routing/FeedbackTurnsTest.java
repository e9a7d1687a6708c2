package dev.messplus.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.record.EmbeddedRequest;
import dev.messplus.record.PromptRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.junit.jupiter.api.Test;

class FeedbackTurnsTest {

    @Test
    void givesEveryModelAndOneOutsiderATurn() {
        PromptRequest prompt =
                new PromptRequest("1", "gold", "text", "[]", null, List.of(), null, null, 0, 0);
        EmbeddedRequest request = EmbeddedRequest.of(prompt, new float[] {1}, 7);
        List<EmbeddedRequest> out = new ArrayList<>();

        new FeedbackTurns(new Shards(Map.of("gold", 1)), 3)
                .flatMap(request, new ListCollector<>(out));

        EmbeddedRequest turn = EmbeddedRequest.turn("gold");
        assertThat(out).containsExactly(request, turn, turn, turn);
        assertThat(turn.isTurn()).isTrue();
        assertThat(request.isTurn()).isFalse();
    }
}
