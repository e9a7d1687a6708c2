package dev.messplus.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.batch.BatchStart;
import dev.messplus.batch.kafka.JobTopics;
import dev.messplus.job.config.MessConfig;
import dev.messplus.job.fixture.TestConfig;
import dev.messplus.job.kafka.admin.Topics;
import dev.messplus.serve.access.Keys;
import dev.messplus.serve.kafka.FencedWriter;
import dev.messplus.serve.kafka.FileChunks;
import dev.messplus.serve.kafka.RecordLog;
import dev.messplus.serve.kafka.TopicWriter;
import dev.messplus.serve.store.BatchOrderBuilder;
import dev.messplus.serve.store.BatchStateBuilder;
import dev.messplus.serve.store.BatchStatus;
import dev.messplus.serve.store.Store;
import dev.messplus.serve.store.StoredBatch;
import dev.messplus.serve.store.StoredFile;
import dev.messplus.serve.store.StoredFileBuilder;
import dev.messplus.testkit.Patience;
import dev.messplus.testkit.SharedCluster;
import dev.messplus.testkit.TestCluster;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Files and batches whose time is up, on the topics before a door starts. */
@ExtendWith(SharedCluster.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ExpiryIT {

    private static final String TENANT = "team";

    @TempDir Path folder;

    private MessConfig config;
    private JobTopics topics;
    private TopicWriter writer;
    private Store store;
    private FileChunks chunks;

    @BeforeEach
    void start(TestCluster cluster) throws Exception {
        config = TestConfig.on(cluster, "expiry").parse();
        new Topics(config.kafka()).ensure();
        Topics.ofDoors(config.kafka()).ensure();
        topics = new JobTopics(config.kafka());
        writer = new TopicWriter(topics);
        store = new Store(topics, writer);
        chunks = new FileChunks(topics, writer);
    }

    @AfterEach
    void stop() {
        store.close();
        writer.close();
    }

    @Test
    void aDoorDeletesWhatIsOver() throws Exception {
        StoredFile over = file(Instant.now().minusSeconds(1));
        StoredFile kept = file(Instant.now().plus(Duration.ofHours(1)));
        StoredBatch old = endedBatch(Instant.now().minus(Store.KEPT).minusSeconds(1));
        StoredBatch young = endedBatch(Instant.now().minusSeconds(1));
        // Its owner does not see it any more, whether a door deletes it or not.
        assertThat(store.files(TENANT)).extracting(StoredFile::id).containsExactly(kept.id());

        try (Door door =
                Door.open(config, Keys.none(config.slas().keySet()), TestDoor.options(folder))) {
            assertThat(door.url()).isNotEmpty();
            Patience.await()
                    .untilAsserted(
                            () -> {
                                assertThat(store.batch(old.id())).isEmpty();
                                assertThat(store.expired(partition(over))).isEmpty();
                            });
        }
        assertThat(store.batch(young.id())).isPresent();
        assertThat(read(kept)).isEqualTo("content of " + kept.id());
        assertThat(deletedChunks()).containsExactly(over.id() + "/0");
        try (Store another = new Store(topics, writer)) {
            another.load();
            assertThat(another.batch(old.id())).isEmpty();
            assertThat(another.batch(young.id())).isPresent();
            assertThat(another.files(TENANT)).extracting(StoredFile::id).contains(kept.id());
        }
    }

    private StoredFile file(Instant expiry) throws Exception {
        String id = Store.newFileId();
        FileChunks.Upload upload = chunks.upload(id);
        byte[] text = ("content of " + id).getBytes(StandardCharsets.UTF_8);
        var unused = upload.write(text);
        StoredFile file =
                StoredFileBuilder.builder()
                        .id(id)
                        .tenant(TENANT)
                        .filename("a.jsonl")
                        .purpose(StoredFile.INPUT)
                        .bytes(text.length)
                        .expiresAtSeconds(expiry.getEpochSecond())
                        .content(upload.end().get())
                        .build();
        store.add(file).get();
        return file;
    }

    /** The partition with the record about a file. */
    private int partition(StoredFile file) {
        return Math.floorMod(file.id().hashCode(), 8);
    }

    private StoredBatch endedBatch(Instant end) throws Exception {
        BatchStart start = BatchStart.now(topics);
        store.add(
                        BatchOrderBuilder.builder()
                                .tenant(TENANT)
                                .inputFileId("file-none")
                                .completionWindow("24h")
                                .expiresAtSeconds(end.getEpochSecond())
                                .start(start)
                                .build())
                .get();
        StoredBatch batch = store.batch(start.batch()).orElseThrow();
        try (FencedWriter fenced = store.writer(topics, batch.partition())) {
            store.write(
                    fenced,
                    batch,
                    BatchStateBuilder.builder()
                            .status(BatchStatus.COMPLETED)
                            .atSeconds(Map.of())
                            .build(),
                    List.of());
        }
        store.refresh().get();
        return batch;
    }

    /** The keys of what compaction removes. */
    private List<String> deletedChunks() throws Exception {
        List<String> deleted = new CopyOnWriteArrayList<>();
        try (RecordLog log =
                new RecordLog(
                        topics,
                        topics.files(),
                        writer,
                        entry -> {
                            if (entry.value() == null) {
                                deleted.add(entry.key());
                            }
                        })) {
            log.readToEnd().get();
        }
        return deleted;
    }

    private String read(StoredFile file) throws Exception {
        StringBuilder text = new StringBuilder();
        chunks.read(
                file.id(),
                file.content(),
                chunk -> text.append(new String(chunk, StandardCharsets.UTF_8)));
        return text.toString();
    }
}
