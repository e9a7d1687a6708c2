package dev.messplus.serve;

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
                        DoorOptionsBuilder.builder()
                                .host("127.0.0.1")
                                .timeout(Duration.ofSeconds(30))
                                .maxBodyBytes(1 << 20)
                                .maxBatches(2)
                                .spool(folder)
                                .build());
        return new TestDoor(job, door);
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
