package dev.messplus.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.embed.model.Embedder;
import dev.messplus.embed.model.EmbedderContract;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What holds for {@link PromptFeatures} over every embedder. */
public abstract class PromptFeaturesContract {

    private static final int KINDS = 34;

    /** Another embedder of the kind under test. */
    protected abstract Embedder open();

    @Test
    void typicalPromptsHaveCoordinatesOfLengthOne() {
        try (var features = new PromptFeatures(open())) {
            assertThat(PromptFeatures.kinds()).hasSize(KINDS).doesNotHaveDuplicates();
            for (int k = 0; k < KINDS; k++) {
                float[] coordinates = coordinates(features.of(PromptFeatures.kinds().get(k)));
                assertThat(norm(coordinates)).isCloseTo(1, within(1e-5));
                // The first k + 1 axes span it, and the last of them was added for it.
                assertThat(norm(Arrays.copyOf(coordinates, k + 1))).isCloseTo(1, within(1e-5));
                assertThat(coordinates[k]).isGreaterThan(.1f);
            }
        }
    }

    @Test
    void repeatToTheBitInEverySubtask() {
        try (var one = new PromptFeatures(open());
                var other = new PromptFeatures(open())) {
            float[] first = one.of("How many people live in Paris?");
            one.of("```\nA) something else\n");

            assertThat(first).hasSize(42).hasSize(PromptFeatures.dimensions());
            assertThat(one.of("How many people live in Paris?")).isEqualTo(first);
            assertThat(other.of("How many people live in Paris?")).isEqualTo(first);
        }
    }

    private static float[] coordinates(float[] features) {
        return Arrays.copyOf(features, KINDS);
    }

    private static double norm(float[] vector) {
        return Math.sqrt(EmbedderContract.cosine(vector, vector));
    }
}
