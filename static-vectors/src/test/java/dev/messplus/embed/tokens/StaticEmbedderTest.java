package dev.messplus.embed.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.embed.model.Embedder;
import dev.messplus.embed.model.EmbedderContract;
import org.junit.jupiter.api.Test;

class StaticEmbedderTest extends EmbedderContract {

    private final Embedder embedder = new StaticEmbedder();

    @Override
    protected Embedder embedder() {
        return embedder;
    }

    @Test
    void similarMeaningIsCloseWithoutSharedWords() {
        var question = embedder.embed("Who wrote this novel?");

        assertThat(cosine(question, embedder.embed("the author of a book")))
                .isGreaterThan(cosine(question, embedder.embed("the speed of a train")) + 0.2);
    }

    @Test
    void orderAndCaseDoNotMatter() {
        assertThat(embedder.embed("Dog bites Man")).isEqualTo(embedder.embed("man bites dog"));
    }

    @Test
    void textBeyondTheContextIsIgnored() {
        var context = "word ".repeat(254);

        assertThat(embedder.embed(context + "planet")).isEqualTo(embedder.embed(context));
        assertThat(embedder.embed(context.substring(5) + "planet"))
                .isNotEqualTo(embedder.embed(context));
    }

    @Test
    void embeddersShareTheTableAndNothingElse() {
        var other = new StaticEmbedder();
        var first = embedder.embed("one text");
        other.embed("some other text");

        assertThat(embedder.embed("one text")).isEqualTo(first).isEqualTo(other.embed("one text"));
    }

    @Test
    void theVectorOfAWordIsAlwaysTheSameMultipleOfItself() {
        assertThat(cosine(embedder.embed("planet"), embedder.embed("planet planet PLANET")))
                .isCloseTo(1, within(1e-6));
    }
}
