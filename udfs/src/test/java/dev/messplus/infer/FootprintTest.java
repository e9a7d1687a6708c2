package dev.messplus.infer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.energy.Usage;
import dev.messplus.infer.openai.Completion;
import dev.messplus.infer.openai.CompletionBuilder;
import org.junit.jupiter.api.Test;

class FootprintTest {

    @Test
    void countsEveryTextOfAnAnswer() {
        String text = "x".repeat(1_000);
        CompletionBuilder nothing = CompletionBuilder.builder().usage(Usage.UNKNOWN);
        Completion everything =
                CompletionBuilder.builder(nothing.build())
                        .content(text)
                        .toolCalls(text)
                        .refusal(text)
                        .reasoningContent(text)
                        .finishReason(text)
                        .build();

        assertThat(Footprint.of(nothing.build())).isZero();
        assertThat(Footprint.of(everything)).isEqualTo(5 * Footprint.of(text));
    }
}
