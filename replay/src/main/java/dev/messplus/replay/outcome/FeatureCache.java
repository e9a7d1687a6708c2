package dev.messplus.replay.outcome;

import dev.messplus.embed.PromptFeatures;
import dev.messplus.replay.parallel.ParallelTasks;
import dev.messplus.report.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.zip.CRC32C;

/**
 * Caches the {@link PromptFeatures} of whole tables on disk. The file of a table is named after a
 * hash of the texts and of everything that their features depend on. A damaged file is replaced.
 */
public final class FeatureCache {

    /** Must be incremented when the vectors of a named embedder change. */
    private static final int VERSION = 1;

    /** The files in the folder of an ONNX model that its embeddings depend on. */
    private static final List<String> MODEL_FILES =
            List.of(
                    "model.onnx",
                    "model.onnx_data",
                    "onnx/model.onnx",
                    "onnx/model.onnx_data",
                    "tokenizer.json",
                    "1_Pooling/config.json",
                    "sentence_bert_config.json");

    private static final int MAGIC = 0x4d455353; // MESS

    private final Path folder;
    private final PrintStream out;
    private final boolean plain;

    /**
     * A cache in {@code folder}, which is created if it is missing.
     *
     * @param out where progress is shown
     * @param plain whether progress is shown as lines instead of a bar
     */
    public FeatureCache(Path folder, PrintStream out, boolean plain) {
        this.folder = folder;
        this.out = out;
        this.plain = plain;
    }

    /** The folder {@code messplus/features} in {@code $XDG_CACHE_HOME} or {@code ~/.cache}. */
    public static Path defaultFolder() {
        String configured = System.getenv("XDG_CACHE_HOME");
        Path caches =
                configured == null || configured.isBlank()
                        ? Path.of(System.getProperty("user.home"), ".cache")
                        : Path.of(configured);
        return caches.resolve("messplus").resolve("features");
    }

    /**
     * Returns the features of texts from the cache, or computes them on all cores and stores them.
     *
     * @param model name of the embedder, or a folder, which is identified by the content of its
     *     files
     * @param kinds the typical prompts that the features compare with
     * @param open opens the features over that embedder, once for each thread
     * @return a vector for each text, in order
     */
    public float[][] features(
            String model, List<String> kinds, List<String> texts, Supplier<PromptFeatures> open) {
        Path file = folder.resolve(hash(model, kinds, texts) + ".features");
        try {
            return read(file, texts.size());
        } catch (NoSuchFileException e) {
            // Computed below.
        } catch (IOException e) {
            out.printf(
                    "The cache file %s cannot be read (%s); embedding again%n",
                    file, e.getMessage());
        }
        float[][] vectors = compute(texts, open);
        try {
            write(file, vectors);
        } catch (IOException e) {
            out.printf("The cache file %s cannot be written: %s%n", file, e);
        }
        return vectors;
    }

    private float[][] compute(List<String> texts, Supplier<PromptFeatures> open) {
        var vectors = new float[texts.size()][];
        var next = new AtomicInteger();
        var failed = new AtomicInteger();
        int cores = Math.min(Runtime.getRuntime().availableProcessors(), texts.size());
        try (Progress progress = Progress.of("embedding", texts.size(), plain, out)) {
            Callable<Void> worker =
                    () -> {
                        try (PromptFeatures features = open.get()) {
                            for (int i = next.getAndIncrement();
                                    i < vectors.length;
                                    i = next.getAndIncrement()) {
                                vectors[i] =
                                        features.orSurface(
                                                texts.get(i), 0, e -> failed.incrementAndGet());
                                progress.step();
                            }
                        }
                        return null;
                    };
            var unused = ParallelTasks.run(Collections.nCopies(cores, worker));
        } finally {
            // Embedders do not notice an interrupt: after a failure, the other workers end here.
            next.set(vectors.length);
        }
        if (failed.get() > 0) {
            out.printf(
                    "Prompts without an embedding, which only have surface features: %,d%n",
                    failed.get());
        }
        return vectors;
    }

    private static float[][] read(Path file, int texts) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file));
        int dimensions = PromptFeatures.dimensions();
        if (in.limit() != bytes(texts, dimensions)
                || in.getInt() != MAGIC
                || in.getInt() != texts
                || in.getInt() != dimensions
                || in.getLong(in.limit() - Long.BYTES) != checksum(in)) {
            throw new IOException("it is damaged");
        }
        var vectors = new float[texts][dimensions];
        FloatBuffer elements = in.asFloatBuffer();
        for (float[] vector : vectors) {
            elements.get(vector);
        }
        return vectors;
    }

    /** Replaces the file atomically: a reader sees a whole file or none. */
    private void write(Path file, float[][] vectors) throws IOException {
        int dimensions = vectors[0].length;
        ByteBuffer out = ByteBuffer.allocate(bytes(vectors.length, dimensions));
        out.putInt(MAGIC).putInt(vectors.length).putInt(dimensions);
        for (float[] vector : vectors) {
            for (float element : vector) {
                out.putFloat(element);
            }
        }
        out.putLong(checksum(out));
        Files.createDirectories(folder);
        Path temporary = Files.createTempFile(folder, "writing", ".tmp");
        try {
            Files.write(temporary, out.array());
            Files.move(
                    temporary,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** Size of a file: three numbers, the vectors and a checksum. */
    private static int bytes(int texts, int dimensions) {
        return Math.toIntExact(
                3 * Integer.BYTES + (long) texts * dimensions * Float.BYTES + Long.BYTES);
    }

    /** Checksum of all but the last eight bytes, which hold it. */
    private static long checksum(ByteBuffer file) {
        var checksum = new CRC32C();
        checksum.update(file.array(), 0, file.capacity() - Long.BYTES);
        return checksum.getValue();
    }

    private static String hash(String model, List<String> kinds, List<String> texts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            add(digest, VERSION + " " + PromptFeatures.VERSION + " " + model);
            Path modelFolder = Files.isDirectory(Path.of(model)) ? Path.of(model) : null;
            if (modelFolder != null) {
                for (String name : MODEL_FILES) {
                    add(digest, name);
                    add(digest, modelFolder.resolve(name));
                }
            }
            add(digest, kinds);
            add(digest, texts);
            return HexFormat.of().formatHex(digest.digest(), 0, 16);
        } catch (NoSuchAlgorithmException | IOException e) {
            throw new IllegalStateException("cannot hash the texts and the embedding model", e);
        }
    }

    private static void add(MessageDigest digest, List<String> texts) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(texts.size()).flip());
        texts.forEach(text -> add(digest, text));
    }

    private static void add(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
        digest.update(bytes);
    }

    private static void add(MessageDigest digest, Path file) throws IOException {
        if (Files.isRegularFile(file)) {
            try (OutputStream out =
                    new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
                Files.copy(file, out);
            }
        }
    }
}
