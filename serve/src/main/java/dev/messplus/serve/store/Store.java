package dev.messplus.serve.store;

import dev.messplus.batch.kafka.JobTopics;
import dev.messplus.record.Json;
import dev.messplus.serve.kafka.FencedWriter;
import dev.messplus.serve.kafka.RecordLog;
import dev.messplus.serve.kafka.TopicWriter;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files and batches of all doors. Each kind of record has a key of its own, and one writer: who
 * orders a batch, who cancels it, the door that runs it. From any thread.
 */
public final class Store implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Store.class);

    /** How long a file is kept, unless its owner says less; as in OpenAI's API for batches. */
    public static final Duration KEPT = Duration.ofDays(30);

    /** Batches that have ended, of each tenant. All doors have them in memory. */
    private static final int MOST_ENDED = 10_000;

    private static final Comparator<StoredBatch> NEWEST_FIRST =
            Comparator.<StoredBatch>comparingLong(batch -> batch.order().createdAtSeconds())
                    .reversed()
                    .thenComparing(StoredBatch::id);

    private static final Duration LOADING = Duration.ofMinutes(10);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String STATE = "/state";
    private static final String CANCELLED = "/cancelled";
    private static final int ID_BYTES = 12;

    private final RecordLog log;
    private final Map<String, Kept> files = new ConcurrentHashMap<>();
    private final Map<String, StoredBatch> batches = new ConcurrentHashMap<>();

    /** A file, and the partition with the record about it. */
    private record Kept(StoredFile file, int partition) {}

    /** A store, which begins to read. */
    public Store(JobTopics topics, TopicWriter writer) {
        log = new RecordLog(topics, topics.batches(), writer, this::read);
    }

    private void read(RecordLog.Entry entry) {
        String key = entry.key();
        try {
            if (key.startsWith(StoredFile.PREFIX)) {
                StoredFile file = json(entry, StoredFile.class);
                put(files, key, file == null ? null : new Kept(file, entry.partition()));
            } else if (key.endsWith(STATE)) {
                BatchState state = json(entry, BatchState.class);
                change(key, STATE, batch -> batch.state(state == null ? BatchState.NEW : state));
            } else if (key.endsWith(CANCELLED)) {
                Long at = json(entry, Long.class);
                change(key, CANCELLED, batch -> batch.cancelledAtSeconds(at));
            } else {
                BatchOrder order = json(entry, BatchOrder.class);
                put(
                        batches,
                        key,
                        order == null
                                ? null
                                : new StoredBatch(order, entry.partition(), null, BatchState.NEW));
            }
        } catch (IOException e) {
            // No door has written it.
            LOG.warn("The record {} cannot be read, and is left out", key, e);
        }
    }

    private static <T> T json(RecordLog.Entry entry, Class<T> type) throws IOException {
        return entry.value() == null ? null : Json.MAPPER.readValue(entry.value(), type);
    }

    private static <T> void put(Map<String, T> map, String key, T value) {
        if (value == null) {
            map.remove(key);
        } else {
            map.put(key, value);
        }
    }

    private void change(String key, String suffix, UnaryOperator<StoredBatchBuilder> change) {
        batches.computeIfPresent(
                key.substring(0, key.length() - suffix.length()),
                (id, batch) -> change.apply(StoredBatchBuilder.builder(batch)).build());
    }

    /**
     * Waits until all is known that there is when a door starts.
     *
     * @throws java.util.concurrent.CompletionException if that takes too long
     */
    public void load() {
        log.readToEnd().orTimeout(LOADING.toSeconds(), TimeUnit.SECONDS).join();
    }

    /** How long ago the topic was last read. */
    public Duration age() {
        return log.age();
    }

    /** Completes when all is known that any door had written before the call. */
    public CompletableFuture<Void> refresh() {
        return log.readToEnd().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** An id for a file that is new. */
    public static String newFileId() {
        byte[] id = new byte[ID_BYTES];
        new SecureRandom().nextBytes(id);
        return StoredFile.PREFIX + HexFormat.of().formatHex(id);
    }

    /** A file of a tenant; empty if it has none with this id. */
    public Optional<StoredFile> file(String tenant, String id) {
        return Optional.ofNullable(files.get(id))
                .map(Kept::file)
                .filter(file -> file.tenant().equals(tenant) && !file.isExpired(nowSeconds()));
    }

    /** The input of a batch, which is there as long as the batch needs it; empty if it is not. */
    public Optional<StoredFile> input(BatchOrder order) {
        return Optional.ofNullable(files.get(order.inputFileId())).map(Kept::file);
    }

    /** The files of a tenant, the newest first. */
    public List<StoredFile> files(String tenant) {
        long now = nowSeconds();
        return files.values().stream()
                .map(Kept::file)
                .filter(file -> file.tenant().equals(tenant) && !file.isExpired(now))
                .sorted(
                        Comparator.comparingLong(StoredFile::createdAtSeconds)
                                .reversed()
                                .thenComparing(StoredFile::id))
                .toList();
    }

    /** A batch of a tenant; empty if it has none with this id. */
    public Optional<StoredBatch> batch(String tenant, String id) {
        return batch(id).filter(batch -> batch.order().tenant().equals(tenant));
    }

    /** A batch; empty if there is none with this id. */
    public Optional<StoredBatch> batch(String id) {
        return Optional.ofNullable(batches.get(id));
    }

    /** The batches of a tenant, the newest first. */
    public List<StoredBatch> batches(String tenant) {
        return batches.values().stream()
                .filter(batch -> batch.order().tenant().equals(tenant))
                .sorted(NEWEST_FIRST)
                .toList();
    }

    /** The batches that are not at their end. */
    public Stream<StoredBatch> openBatches() {
        return batches.values().stream().filter(StoredBatch::isOpen);
    }

    /** Whether a batch that is not at its end reads a file. */
    public boolean isInUse(StoredFile file) {
        return openBatches().anyMatch(batch -> batch.order().inputFileId().equals(file.id()));
    }

    /** Adds a file whose content is written. */
    public CompletableFuture<Void> add(StoredFile file) {
        return write(log.partitionOf(file.id()), file.id(), file);
    }

    /** Deletes a file; its content is another matter. */
    public CompletableFuture<Void> delete(StoredFile file) {
        Kept kept = files.get(file.id());
        return kept == null
                ? CompletableFuture.completedFuture(null)
                : write(kept.partition(), file.id(), null);
    }

    /** Adds a batch. */
    public CompletableFuture<Void> add(BatchOrder order) {
        return write(log.partitionOf(order.id()), order.id(), order);
    }

    /** Cancels a batch. */
    public CompletableFuture<Void> cancel(StoredBatch batch) {
        return write(batch.partition(), batch.id() + CANCELLED, nowSeconds());
    }

    private CompletableFuture<Void> write(int partition, String key, Object value) {
        return log.write(entry(partition, key, value))
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static RecordLog.Entry entry(int partition, String key, Object value) {
        return new RecordLog.Entry(partition, key, value == null ? null : Json.bytes(value));
    }

    /**
     * Writes how far a batch is, together with the files that it has made.
     *
     * @throws RuntimeException if another door runs the batch, or the brokers do not answer
     */
    public void write(
            FencedWriter writer, StoredBatch batch, BatchState state, List<StoredFile> made) {
        List<RecordLog.Entry> entries = new ArrayList<>();
        made.forEach(file -> entries.add(entry(log.partitionOf(file.id()), file.id(), file)));
        entries.add(entry(batch.partition(), batch.id() + STATE, state));
        writer.write(entries);
    }

    /** Forgets a batch. */
    public void forget(FencedWriter writer, StoredBatch batch) {
        writer.write(
                Stream.of(CANCELLED, STATE, "")
                        .map(suffix -> entry(batch.partition(), batch.id() + suffix, null))
                        .toList());
    }

    /** Batches of a partition whose files are gone, or of which their tenant has too many. */
    public List<StoredBatch> forgettable(int partition) {
        long before = nowSeconds() - KEPT.toSeconds();
        Map<String, List<StoredBatch>> ended =
                batches.values().stream()
                        .filter(batch -> !batch.isOpen())
                        .sorted(NEWEST_FIRST)
                        .collect(Collectors.groupingBy(batch -> batch.order().tenant()));
        return ended.values().stream()
                .flatMap(
                        all ->
                                Stream.concat(
                                        all.stream().skip(MOST_ENDED),
                                        all.stream()
                                                .limit(MOST_ENDED)
                                                .filter(
                                                        batch ->
                                                                batch.order().expiresAtSeconds()
                                                                        < before)))
                .filter(batch -> batch.partition() == partition)
                .toList();
    }

    /** Files whose records are in a partition, and whose time is up. */
    public List<StoredFile> expired(int partition) {
        long now = nowSeconds();
        return files.values().stream()
                .filter(kept -> kept.partition() == partition && kept.file().isExpired(now))
                .map(Kept::file)
                .toList();
    }

    /** A writer for the records about the batches of a partition, in place of all before it. */
    public FencedWriter writer(JobTopics topics, int partition) {
        return new FencedWriter(topics, log, partition);
    }

    private static long nowSeconds() {
        return System.currentTimeMillis() / 1_000;
    }

    @Override
    public void close() {
        log.close();
    }
}
