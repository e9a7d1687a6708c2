package dev.messplus.embed.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of every {@link Embedder}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class EmbedderContract {

    /** The embedder under test, open for the whole class. */
    protected abstract Embedder embedder();

    private int dimensions() {
        return embedder().embed("some text").length;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "Translate to German: The house is old.",
                "第二次世界大战是什么时候结束的？",
                "half a \ud83d character, a \u0000 and \ud83d\ude00"
            })
    void vectorsHaveLengthOne(String text) {
        var vector = embedder().embed(text);

        assertThat(vector).hasSize(dimensions());
        assertThat(cosine(vector, vector)).isCloseTo(1, within(1e-5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t\n"})
    void blankTextsGiveZeros(String text) {
        assertThat(embedder().embed(text)).isEqualTo(new float[dimensions()]);
    }

    @Test
    void isDeterministicWhateverCameBetween() {
        var first = embedder().embed("Which is the largest planet?");
        embedder().embed("Something else, and a good deal longer than what came before it.");

        assertThat(embedder().embed("Which is the largest planet?")).isEqualTo(first);
    }

    @Test
    void vectorsAreFresh() {
        var first = embedder().embed("one");
        first[0] = 42;

        assertThat(embedder().embed("one")[0]).isNotEqualTo(42f);
    }

    @Test
    void similarSentencesAreCloserThanOthers() {
        var question = embedder().embed("How many people live in the city of Paris?");
        var similar = embedder().embed("What is the number of people in Paris?");
        var other = embedder().embed("Write a function that sorts an array of integers.");

        assertThat(cosine(question, similar)).isGreaterThan(cosine(question, other) + 0.2);
    }

    @Test
    void textsBeyondTheContextAreEmbedded() {
        for (var word : List.of("lorem ipsum ", "x", "\ud83d\ude00")) {
            var vector = embedder().embed(word.repeat(100_000));
            assertThat(cosine(vector, vector)).isCloseTo(1, within(1e-5));
        }
    }

    public static double cosine(float[] a, float[] b) {
        double dot = 0;
        for (int i = 0; i < a.length; i++) {
            dot += (double) a[i] * b[i];
        }
        return dot;
    }
}
