package dev.messplus.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.embed.model.Embedder;
import dev.messplus.embed.model.EmbedderContract;
import dev.messplus.embed.model.HashingEmbedder;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PromptFeaturesTest extends PromptFeaturesContract {

    private static final int KINDS = 34;

    /** Shared, because opening a model for each case would take minutes. */
    private static final int CONTEXT_WORDS = 254;

    private static final PromptFeatures HASHED = new PromptFeatures(new HashingEmbedder());

    @Override
    protected Embedder open() {
        return new HashingEmbedder();
    }

    @Test
    void distancesBetweenKindsAreThoseOfTheirEmbeddings() {
        var embedder = new HashingEmbedder();
        var kinds = PromptFeatures.kinds();
        for (int k = 1; k < KINDS; k++) {
            assertThat(
                            EmbedderContract.cosine(
                                    coordinates(HASHED.of(kinds.get(k))),
                                    coordinates(HASHED.of(kinds.get(k - 1)))))
                    .isCloseTo(
                            EmbedderContract.cosine(
                                    embedder.embed(kinds.get(k)), embedder.embed(kinds.get(k - 1))),
                            within(1e-5));
        }
    }

    @Test
    void anEmbedderWithFewDirectionsGivesTheSameNumberOfFeatures() {
        try (var features = new PromptFeatures(new TwoWays())) {
            float[] vector = features.of("Long enough to be the other way");

            assertThat(vector).hasSize(PromptFeatures.dimensions());
            assertThat(norm(coordinates(vector))).isCloseTo(1, within(1e-6));
            int directions = 0;
            for (float x : coordinates(vector)) {
                directions += x != 0 ? 1 : 0;
            }
            assertThat(directions).isLessThanOrEqualTo(2);
        }
    }

    /** Longer than what the embedder reads. */
    @Test
    void theLastMessageIsSeenBehindALongSystemPrompt() {
        String system = "Answer the customers of our bank in a friendly tone. ".repeat(30) + "\n";
        String easy = "What is the capital of France?";
        String hard = "Prove that every bounded monotone sequence of reals converges.";
        Embedder hashing = new HashingEmbedder();
        try (var features = new PromptFeatures(text -> hashing.embed(words(text, CONTEXT_WORDS)))) {
            double alone = distance(features.of(easy), features.of(hard));

            assertThat(distance(features.of(system + easy), features.of(system + hard)))
                    .isLessThan(alone / 100);
            assertThat(
                            distance(
                                    features.of(system + easy, system.length()),
                                    features.of(system + hard, system.length())))
                    .isGreaterThan(alone / 3);
        }
    }

    /** As much of a text as an embedder reads. */
    private static String words(String text, int most) {
        return Arrays.stream(text.split(" ")).limit(most).collect(Collectors.joining(" "));
    }

    private static double distance(float[] a, float[] b) {
        double squares = 0;
        for (int i = 0; i < KINDS; i++) {
            squares += (a[i] - b[i]) * (a[i] - b[i]);
        }
        return Math.sqrt(squares);
    }

    @Test
    void surfaceComesAfterTheKinds() {
        float[] vector = HASHED.of("What is 2 + 2?");
        var surface = new float[SurfaceFeatures.COUNT];
        new SurfaceFeatures(PromptFeatures.kinds()).write("What is 2 + 2?", surface, 0);

        assertThat(Arrays.copyOfRange(vector, KINDS, KINDS + SurfaceFeatures.COUNT))
                .isEqualTo(surface);
        float[] without = HASHED.withoutEmbedding("What is 2 + 2?");
        assertThat(coordinates(without)).isEqualTo(new float[KINDS]);
        assertThat(Arrays.copyOfRange(without, KINDS, without.length)).isEqualTo(surface);
    }

    @Test
    void surfaceIsZeroOnAverageOverTheKinds() {
        var sums = new double[SurfaceFeatures.COUNT];
        for (String kind : PromptFeatures.kinds()) {
            float[] features = HASHED.withoutEmbedding(kind);
            for (int i = 0; i < sums.length; i++) {
                sums[i] += features[KINDS + i];
            }
        }
        assertThat(sums).containsOnly(new double[] {0}, within(1e-5));
    }

    @Test
    void anEmptyTextHasNoKind() {
        assertThat(HASHED.of("")).isEqualTo(HASHED.withoutEmbedding(""));
    }

    @Test
    void vectorsAreFresh() {
        float[] first = HASHED.of("one");
        first[0] = 42;

        assertThat(HASHED.of("one")[0]).isNotEqualTo(42f);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "7", "\n", "? ", "(A) ", "\ud83d\ude00", "\ud83d", "Á;\n"})
    void longTextsStayInRange(String word) {
        assertInRange(HASHED.of(word.repeat(100_000 / word.length())));
    }

    @Property
    void everyFeatureIsFiniteAndInRange(@ForAll("texts") String text) {
        assertInRange(HASHED.of(text));
    }

    /** Any code units, including unpaired surrogates, and often what the features look for. */
    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.strings()
                .withChars("aA(.):;{`def ?\n\t09")
                .withCharRange(Character.MIN_VALUE, Character.MAX_VALUE)
                .ofMaxLength(200);
    }

    @Test
    void closesTheEmbedderEvenIfItFailsInTheConstructor() {
        var open = new AtomicInteger(2);
        new PromptFeatures(new Closing(open, false)).close();
        assertThat(open).hasValue(1);

        assertThatThrownBy(() -> new PromptFeatures(new Closing(open, true)))
                .hasMessage("no embedding");
        assertThat(open).hasValue(0);
    }

    private static void assertInRange(float[] features) {
        assertThat(features).hasSize(PromptFeatures.dimensions());
        for (float x : features) {
            assertThat(x).isBetween(-2f, 2f); // NaN is not
        }
    }

    private static float[] coordinates(float[] features) {
        return Arrays.copyOf(features, KINDS);
    }

    private static double norm(float[] vector) {
        return Math.sqrt(EmbedderContract.cosine(vector, vector));
    }

    /** Embeds short texts to one vector, and long texts to another. */
    private static final class TwoWays implements Embedder {

        @Override
        public float[] embed(String text) {
            return text.length() < 50 ? new float[] {.6f, .8f, 0} : new float[] {0, 1, 0};
        }
    }

    private record Closing(AtomicInteger open, boolean failing) implements Embedder {

        @Override
        public float[] embed(String text) {
            if (failing) {
                throw new IllegalStateException("no embedding");
            }
            return new float[] {1};
        }

        @Override
        public void close() {
            open.decrementAndGet();
        }
    }
}
