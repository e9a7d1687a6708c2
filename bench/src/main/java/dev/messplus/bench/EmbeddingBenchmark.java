package dev.messplus.bench;

import dev.messplus.embed.Embedders;
import dev.messplus.embed.PromptFeatures;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What the features of one prompt cost on one core, the embedding included. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class EmbeddingBenchmark {

    private static final int PROMPTS = 1024;
    private static final int WORDS = 80;

    /** The embedder. */
    @Param({Embedders.STATIC, Embedders.HASHING, Embedders.MINI_LM})
    private String model;

    private PromptFeatures features;
    private List<String> prompts;
    private int next;

    /** Writes prompts of words from the typical prompts, in random order. */
    @Setup
    public void write() {
        features = new PromptFeatures(Embedders.open(model));
        List<String> words =
                PromptFeatures.kinds().stream()
                        .flatMap(kind -> Stream.of(kind.split(" ")))
                        .toList();
        Random random = new Random(1);
        prompts =
                Stream.generate(
                                () ->
                                        Stream.generate(
                                                        () ->
                                                                words.get(
                                                                        random.nextInt(
                                                                                words.size())))
                                                .limit(WORDS)
                                                .collect(Collectors.joining(" ")))
                        .limit(PROMPTS)
                        .toList();
    }

    /** Frees the model. */
    @TearDown
    public void close() {
        features.close();
    }

    /** The features of a prompt of 80 words, some 450 characters. */
    @Benchmark
    public float[] features() {
        return features.of(prompts.get(next++ % PROMPTS));
    }
}
