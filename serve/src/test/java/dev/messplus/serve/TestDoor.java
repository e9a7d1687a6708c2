package dev.messplus.serve;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import dev.messplus.job.config.MessConfig;
import dev.messplus.job.fixture.TestConfig;
import dev.messplus.job.fixture.TestJob;
import dev.messplus.job.kafka.admin.Topics;
import dev.messplus.serve.access.Keys;
import dev.messplus.testkit.TestCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** A job with the SLA {@code gold}, and a door before it. Closing ends both. */
record TestDoor(TestJob job, Door door) implements AutoCloseable {

    /** What callers need. */
    static final String KEY = "0123456789abcdef";

    /**
     * Starts both.
     *
     * @param name name of the job, after which its topics are named
     * @param folder for the file of keys, and for batches that run
     */
    static TestDoor on(TestCluster cluster, String name, Path folder) throws Exception {
        MessConfig config = TestConfig.on(cluster, name).parse();
        Path keys =
                Files.writeString(
                        folder.resolve("keys.yaml"),
                        "tenants: { team: { keys: [\"${env:KEY}\"] } }");
        Topics.ofDoors(config.kafka()).ensure();
        TestJob job = TestJob.on(cluster, config).start();
        Door door =
                Door.open(
                        config,
                        Keys.read(keys, config.slas().keySet(), Map.of("KEY", KEY)),
                        options(folder));
        return new TestDoor(job, door);
    }

    /**
     * How doors of tests listen.
     *
     * @param spool for batches that run
     */
    static DoorOptions options(Path spool) {
        return DoorOptionsBuilder.builder()
                .host("127.0.0.1")
                .timeout(Duration.ofSeconds(30))
                .maxBodyBytes(1 << 20)
                .maxBatches(4)
                .spool(spool)
                .build();
    }

    /** OpenAI's SDK, which tries nothing again. */
    static OpenAIClient client(Door door, String key) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(door.url() + "/v1")
                .apiKey(key)
                .maxRetries(0)
                .build();
    }

    /** Base URL, as an SDK takes it. */
    String url() {
        return door.url() + "/v1";
    }

    @Override
    public void close() throws Exception {
        door.close();
        job.close();
    }
}
