package dev.messplus.serve.kafka;

import dev.messplus.batch.kafka.JobTopics;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * The contents of files, in chunks on a topic. All chunks of a file are in one partition, in their
 * order. The topic is compacted: a chunk stays until it is deleted by its key.
 */
public final class FileChunks {

    /** Bytes of a chunk, well below what brokers accept by default. */
    public static final int CHUNK_BYTES = 256 << 10;

    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration OUTAGE = Duration.ofSeconds(60);
    private static final int DELETED_AT_ONCE = 100;

    private final JobTopics topics;
    private final TopicWriter writer;
    private final int partitions;

    /** Contents on the topic of files. */
    public FileChunks(JobTopics topics, TopicWriter writer) {
        this.topics = topics;
        this.writer = writer;
        try (KafkaConsumer<byte[], byte[]> consumer = topics.consumer("read_uncommitted")) {
            partitions = JobTopics.partitions(topics.files(), consumer).size();
        }
    }

    /**
     * Where the content of a file is.
     *
     * @param partition its partition
     * @param firstOffset offset of its first chunk; -1 if the file is empty
     * @param lastOffset offset of its last chunk
     * @param chunks how many it has
     */
    public record Content(int partition, long firstOffset, long lastOffset, int chunks) {}

    /** Takes the bytes of a file. */
    @FunctionalInterface
    public interface Sink {
        void accept(byte[] chunk) throws IOException;
    }

    /** Writes a file. Used by one thread. */
    public final class Upload {

        private final String file;
        private final int partition;
        private CompletableFuture<RecordMetadata> first;
        private CompletableFuture<RecordMetadata> last;
        private CompletableFuture<?> all = CompletableFuture.completedFuture(null);
        private int chunks;

        private Upload(String file) {
            this.file = file;
            partition = Math.floorMod(file.hashCode(), partitions);
        }

        /**
         * Writes the next chunk, of at most {@link #CHUNK_BYTES}.
         *
         * @return completes when the topic has it
         */
        public CompletableFuture<?> write(byte[] chunk) {
            last = writer.write(record(chunks, chunk));
            first = first == null ? last : first;
            chunks++;
            // With what failed before it, so that no chunk is missing.
            all = all.thenCombine(last, (before, now) -> null);
            return all;
        }

        /** Completes with where the file is when the topic has all of it. */
        public CompletableFuture<Content> end() {
            return all.thenApply(
                    done ->
                            chunks == 0
                                    ? new Content(partition, -1, -1, 0)
                                    : new Content(
                                            partition,
                                            first.join().offset(),
                                            last.join().offset(),
                                            chunks));
        }

        /** Deletes what was written. */
        public void abort() {
            var unused = delete(file, partition, chunks);
        }

        private ProducerRecord<byte[], byte[]> record(int number, byte[] chunk) {
            return FileChunks.this.record(file, partition, number, chunk);
        }
    }

    private ProducerRecord<byte[], byte[]> record(
            String file, int partition, int number, byte[] chunk) {
        byte[] key = TopicWriter.utf8(prefix(file) + number);
        return new ProducerRecord<>(topics.files(), partition, key, chunk);
    }

    private static String prefix(String file) {
        return file + "/";
    }

    /** Begins to write a file. */
    public Upload upload(String file) {
        return new Upload(file);
    }

    /**
     * Writes a file that this machine has. Waits for it.
     *
     * @throws IOException if it cannot be read, or the topic does not take it
     */
    public Content write(String file, Path path) throws IOException {
        Upload upload = upload(file);
        try (InputStream in = Files.newInputStream(path)) {
            for (byte[] chunk = in.readNBytes(CHUNK_BYTES);
                    chunk.length > 0;
                    chunk = in.readNBytes(CHUNK_BYTES)) {
                var unused = upload.write(chunk).get();
            }
            return upload.end().get();
        } catch (ExecutionException e) {
            upload.abort();
            throw new IOException("Kafka did not take a file", e.getCause());
        } catch (InterruptedException e) {
            upload.abort();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("a file was being written");
        }
    }

    /**
     * Reads a file. Waits for it.
     *
     * @throws NoSuchFileException if the topic has it no more
     * @throws IOException if {@code sink} throws it, or the brokers do not answer
     */
    public void read(String file, Content content, Sink sink) throws IOException {
        if (content.chunks() == 0) {
            return;
        }
        String prefix = prefix(file);
        int read = 0;
        TopicPartition partition = new TopicPartition(topics.files(), content.partition());
        try (KafkaConsumer<byte[], byte[]> consumer = topics.consumer("read_uncommitted")) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, content.firstOffset());
            long readNanos = System.nanoTime();
            while (consumer.position(partition) <= content.lastOffset()) {
                if (System.nanoTime() - readNanos > OUTAGE.toNanos()) {
                    throw new IOException(
                            "Kafka did not answer for %d s".formatted(OUTAGE.toSeconds()));
                }
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    if (record.offset() <= content.lastOffset()
                            && record.value() != null
                            && new String(record.key(), StandardCharsets.UTF_8)
                                    .startsWith(prefix)) {
                        sink.accept(record.value());
                        readNanos = System.nanoTime();
                        read++;
                    }
                }
            }
        } catch (OffsetOutOfRangeException e) {
            throw new NoSuchFileException(file, null, "its content is deleted");
        }
        if (read != content.chunks()) {
            throw new NoSuchFileException(
                    file,
                    null,
                    "%d of its %d chunks are deleted"
                            .formatted(content.chunks() - read, content.chunks()));
        }
    }

    /**
     * Deletes a file. Chunks that are missed expire with the topic.
     *
     * @return completes when the topic knows it
     */
    public CompletableFuture<Void> delete(String file, Content content) {
        return delete(file, content.partition(), content.chunks());
    }

    private CompletableFuture<Void> delete(String file, int partition, int chunks) {
        return deleteFrom(0, number -> record(file, partition, number, null), chunks);
    }

    private CompletableFuture<Void> deleteFrom(
            int first, IntFunction<ProducerRecord<byte[], byte[]>> deletion, int chunks) {
        int end = Math.min(first + DELETED_AT_ONCE, chunks);
        CompletableFuture<?>[] deletions =
                IntStream.range(first, end)
                        .mapToObj(number -> writer.write(deletion.apply(number)))
                        .toArray(CompletableFuture[]::new);
        CompletableFuture<Void> done = CompletableFuture.allOf(deletions);
        return end == chunks
                ? done
                : done.thenCompose(deleted -> deleteFrom(end, deletion, chunks));
    }
}
