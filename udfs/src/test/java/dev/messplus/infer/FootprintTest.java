package dev.messplus.infer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.energy.Usage;
import dev.messplus.infer.openai.Completion;
import dev.messplus.record.ModelOutput;
import org.junit.jupiter.api.Test;

class FootprintTest {

    @Test
    void countsEveryTextOfAnAnswer() {
        String text = "x".repeat(1_000);
        Completion nothing = new Completion(null, null, ModelOutput.NONE, Usage.UNKNOWN);
        Completion everything =
                new Completion(
                        null,
                        null,
                        new ModelOutput(text, text, text, text, text, text),
                        Usage.UNKNOWN);

        assertThat(Footprint.of(nothing)).isZero();
        assertThat(Footprint.of(everything)).isEqualTo(6 * Footprint.of(text));
    }
}
