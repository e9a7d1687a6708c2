package dev.messplus.replay.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.messplus.embed.PromptFeatures;
import dev.messplus.embed.model.Embedder;
import dev.messplus.embed.model.HashingEmbedder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeatureCacheTest {

    private static final List<String> KINDS = List.of("kind");
    private static final List<String> TEXTS = List.of("a", "bb", "ccc");

    private static final String UNEMBEDDABLE = "What is this?";

    @TempDir Path folder;

    private final AtomicInteger embedded = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();

    @Test
    void embedsOnceAndKeepsTheOrder() {
        assertThat(features(TEXTS)).isDeepEqualTo(featuresOfTheJob());
        assertThat(features(TEXTS)).isDeepEqualTo(featuresOfTheJob());
        assertThat(embedded).hasValue(3);
        assertThat(open).hasValue(0);
    }

    @Test
    void anotherTextAnotherModelOrAnotherKindIsAnotherEntry() {
        features("counting", KINDS, TEXTS);
        features("counting", KINDS, List.of("a", "bb", "ccd"));
        features("other", KINDS, TEXTS);
        features("counting", List.of("kind", "other"), TEXTS);
        // The same letters, split into texts elsewhere.
        features("counting", KINDS, List.of("ab", "b", "ccc"));
        features("counting", List.of("kind", "a"), List.of("bb", "ccc"));
        assertThat(embedded).hasValue(17);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, 14, -1})
    void replacesADamagedFile(int at) throws IOException {
        features(TEXTS);
        Path file = entry();
        byte[] bytes = Files.readAllBytes(file);
        int index = at < 0 ? bytes.length + at : at;
        bytes[index] ^= 1;
        Files.write(file, bytes);
        assertThat(features(TEXTS)).isDeepEqualTo(featuresOfTheJob());
        assertThat(embedded).hasValue(6);
        assertThat(log.toString(StandardCharsets.UTF_8)).contains("is damaged");
        assertThat(features(TEXTS)).isDeepEqualTo(featuresOfTheJob());
        assertThat(embedded).hasValue(6);
    }

    @Test
    void replacesATruncatedFile() throws IOException {
        features(TEXTS);
        byte[] bytes = Files.readAllBytes(entry());
        Files.write(entry(), Arrays.copyOf(bytes, bytes.length - 3));
        assertThat(features(TEXTS)).isDeepEqualTo(featuresOfTheJob());
        assertThat(embedded).hasValue(6);
    }

    @Test
    void returnsFeaturesEvenIfTheyCannotBeWritten() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "in the way");
        float[][] vectors =
                new FeatureCache(file, out(), true).features("counting", KINDS, TEXTS, this::open);
        assertThat(vectors).isDeepEqualTo(featuresOfTheJob());
        assertThat(log.toString(StandardCharsets.UTF_8)).contains("cannot be written");
    }

    @Test
    void leavesNoTemporaryFileBehind() throws IOException {
        features(TEXTS);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void passesOnTheErrorOfTheEmbedder() {
        assertThatThrownBy(
                        () ->
                                new FeatureCache(folder, out(), true)
                                        .features(
                                                "none",
                                                KINDS,
                                                TEXTS,
                                                () -> {
                                                    throw new IllegalArgumentException("no model");
                                                }))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no model");
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.onnx", "1_Pooling/config.json", "sentence_bert_config.json"})
    void embedsAgainWhenTheModelsFolderChanges(String name, @TempDir Path model)
            throws IOException {
        Path file = model.resolve(name);
        Files.createDirectories(file.getParent());
        features(model.toString(), KINDS, TEXTS);
        features(model.toString(), KINDS, TEXTS);
        assertThat(embedded).hasValue(TEXTS.size());

        Files.writeString(file, "{}");
        features(model.toString(), KINDS, TEXTS);

        assertThat(embedded).hasValue(2 * TEXTS.size());
    }

    @Test
    void aTextThatCannotBeEmbeddedHasSurfaceFeaturesAsInTheJob() {
        float[][] vectors = features(List.of("fine", UNEMBEDDABLE));

        try (var job = new PromptFeatures(new HashingEmbedder())) {
            assertThat(vectors[0]).isEqualTo(job.of("fine"));
            assertThat(vectors[1]).isEqualTo(job.withoutEmbedding(UNEMBEDDABLE));
        }
        assertThat(log.toString(StandardCharsets.UTF_8))
                .contains("without an embedding, which only have surface features: 1");
    }

    private Path entry() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findFirst().orElseThrow();
        }
    }

    private static float[][] featuresOfTheJob() {
        try (var features = new PromptFeatures(new HashingEmbedder())) {
            return TEXTS.stream().map(features::of).toArray(float[][]::new);
        }
    }

    private float[][] features(List<String> texts) {
        return features("counting", KINDS, texts);
    }

    private float[][] features(String model, List<String> kinds, List<String> texts) {
        return new FeatureCache(folder, out(), true).features(model, kinds, texts, this::open);
    }

    private PromptFeatures open() {
        return new PromptFeatures(new Counting());
    }

    private PrintStream out() {
        return new PrintStream(log, true, StandardCharsets.UTF_8);
    }

    /** Counts the texts that it embeds, apart from the typical prompts. */
    private final class Counting implements Embedder {

        private final Embedder hashing = new HashingEmbedder();

        Counting() {
            open.incrementAndGet();
        }

        @Override
        public float[] embed(String text) {
            if (!PromptFeatures.kinds().contains(text)) {
                embedded.incrementAndGet();
            }
            if (text.equals(UNEMBEDDABLE)) {
                throw new IllegalStateException("no embedding");
            }
            return hashing.embed(text);
        }

        @Override
        public void close() {
            open.decrementAndGet();
        }
    }
}
