package dev.messplus.replay.outcome;

import dev.messplus.embed.PromptFeatures;
import dev.messplus.replay.parallel.ParallelTasks;
import dev.messplus.report.Progress;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

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
                                                texts.get(i), e -> failed.incrementAndGet());
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
        var checksum = new CRC32C();
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
                DataInputStream in = new DataInputStream(new CheckedInputStream(raw, checksum))) {
            if (in.readInt() != MAGIC || in.readInt() != texts) {
                throw new IOException("it is damaged");
            }
            int dimensions = in.readInt();
            if (dimensions != PromptFeatures.dimensions()
                    || Files.size(file) != 20 + (long) texts * dimensions * Float.BYTES) {
                throw new IOException("it is damaged");
            }
            var row = new byte[dimensions * Float.BYTES];
            var vectors = new float[texts][dimensions];
            for (float[] vector : vectors) {
                in.readFully(row);
                ByteBuffer.wrap(row).asFloatBuffer().get(vector);
            }
            long sum = checksum.getValue();
            if (in.readLong() != sum) {
                throw new IOException("it is damaged");
            }
            return vectors;
        }
    }

    /** Replaces the file atomically: a reader sees a whole file or none. */
    private void write(Path file, float[][] vectors) throws IOException {
        Files.createDirectories(folder);
        Path temporary = Files.createTempFile(folder, "writing", ".tmp");
        try {
            var checksum = new CRC32C();
            try (OutputStream raw =
                            new BufferedOutputStream(Files.newOutputStream(temporary), 1 << 16);
                    DataOutputStream out =
                            new DataOutputStream(new CheckedOutputStream(raw, checksum))) {
                int dimensions = vectors[0].length;
                out.writeInt(MAGIC);
                out.writeInt(vectors.length);
                out.writeInt(dimensions);
                var row = ByteBuffer.allocate(dimensions * Float.BYTES);
                for (float[] vector : vectors) {
                    row.asFloatBuffer().put(vector);
                    out.write(row.array());
                }
                out.writeLong(checksum.getValue());
            }
            Files.move(
                    temporary,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
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
            try (InputStream in = Files.newInputStream(file)) {
                var buffer = new byte[1 << 16];
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    digest.update(buffer, 0, n);
                }
            }
        }
    }
}
