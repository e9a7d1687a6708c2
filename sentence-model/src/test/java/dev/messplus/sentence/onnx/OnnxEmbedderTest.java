package dev.messplus.sentence.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.messplus.embed.model.EmbedderContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxEmbedderTest extends EmbedderContract {

    private static final String PROMPT = "Which is the largest planet?";

    private final OnnxEmbedder embedder = OnnxEmbedder.miniLm(1);

    @TempDir private Path folder;

    @Override
    protected OnnxEmbedder embedder() {
        return embedder;
    }

    @AfterAll
    void close() {
        embedder.close();
    }

    @Test
    void similarMeaningIsCloseWithoutSharedWords() {
        var question = embedder.embed("How do I get my money back?");

        assertThat(cosine(question, embedder.embed("refund policy")))
                .isGreaterThan(cosine(question, embedder.embed("weather forecast")) + 0.2);
    }

    @Test
    void textBeyondTheContextIsIgnored() {
        var context = "word ".repeat(300);

        assertThat(embedder.embed(context + "planet"))
                .isEqualTo(embedder.embed(context + "refund"));
    }

    @Test
    void textsEmbeddedTogetherKeepTheirOrderAndMeaning() {
        var together = embedder.embedTogether(List.of(PROMPT, "", "refund", PROMPT + " " + PROMPT));

        assertThat(together).hasDimensions(4, 384);
        assertThat(cosine(together[0], embedder.embed(PROMPT))).isGreaterThan(0.98);
        assertThat(together[1]).containsOnly(0);
        assertThat(cosine(together[2], embedder.embed("refund"))).isGreaterThan(0.95);
    }

    @Test
    void closesTwice() {
        var other = OnnxEmbedder.miniLm(2);
        other.close();
        other.close();

        assertThat(embedder.embed(PROMPT)).hasSize(384);
    }

    @Test
    void embeddersThatShareAModelWorkAtOnceAndUntilTheLastIsClosed() {
        var first = OnnxEmbedder.miniLm(1);
        var expected = embedder.embed(PROMPT);
        try (var second = first.share();
                var third = second.share()) {
            assertThat(
                            Stream.of(first, second, third)
                                    .parallel()
                                    .flatMap(each -> Stream.generate(() -> each).limit(20))
                                    .map(each -> each.embed(PROMPT)))
                    .hasSize(60)
                    .allSatisfy(vector -> assertThat(vector).isEqualTo(expected));

            first.close();
            first.close();

            assertThatThrownBy(first::share).isInstanceOf(IllegalStateException.class);
            second.close();
            assertThat(third.embed(PROMPT)).isEqualTo(expected);
        }
    }

    @Test
    void readsAFolder() throws IOException {
        copy("all-minilm-l6-v2-q.onnx", "onnx/model.onnx");
        copy("all-minilm-l6-v2-q-tokenizer.json", "tokenizer.json");
        write("sentence_bert_config.json", "{\"max_seq_length\": 256}");

        try (var fromFolder = OnnxEmbedder.fromFolder(folder, 1)) {
            assertThat(fromFolder.embed(PROMPT)).isEqualTo(embedder.embed(PROMPT));
        }
    }

    @Test
    void readsThePoolingOfAFolder() throws IOException {
        copy("all-minilm-l6-v2-q.onnx", "model.onnx");
        copy("all-minilm-l6-v2-q-tokenizer.json", "tokenizer.json");
        write(
                "1_Pooling/config.json",
                "{\"pooling_mode_cls_token\": true, \"pooling_mode_mean_tokens\": false}");

        try (var fromFolder = OnnxEmbedder.fromFolder(folder, 1)) {
            assertThat(fromFolder.embed(PROMPT)).isNotEqualTo(embedder.embed(PROMPT));
        }
        write("1_Pooling/config.json", "{\"pooling_mode_max_tokens\": true}");
        assertThatThrownBy(() -> OnnxEmbedder.fromFolder(folder, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(folder.toString(), "pooling other than mean and cls");
    }

    @Test
    void aMissingFileIsNamed() throws IOException {
        assertThatThrownBy(() -> OnnxEmbedder.fromFolder(folder.resolve("absent"), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("No folder", "absent");
        assertThatThrownBy(() -> OnnxEmbedder.fromFolder(folder, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("No model.onnx in " + folder, "optimum-cli");
        write("model.onnx", "no model");
        assertThatThrownBy(() -> OnnxEmbedder.fromFolder(folder, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("No tokenizer.json in " + folder);
        copy("all-minilm-l6-v2-q-tokenizer.json", "tokenizer.json");
        assertThatThrownBy(() -> OnnxEmbedder.fromFolder(folder, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Cannot use the embedding model " + folder);
    }

    @Test
    void aMissingResourceIsNamed() {
        assertThatThrownBy(
                        () ->
                                OnnxEmbedder.fromClassPath(
                                        "no-such.onnx", "no.json", Pooling.CLS, 512, 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("no.json", "dev.langchain4j");
    }

    private void copy(String resource, String file) throws IOException {
        Files.createDirectories(folder.resolve(file).getParent());
        try (var in = getClass().getClassLoader().getResourceAsStream(resource)) {
            Files.copy(in, folder.resolve(file));
        }
    }

    private void write(String file, String content) throws IOException {
        Files.createDirectories(folder.resolve(file).getParent());
        Files.writeString(folder.resolve(file), content);
    }
}
