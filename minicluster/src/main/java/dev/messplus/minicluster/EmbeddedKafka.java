package dev.messplus.minicluster;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.utils.Time;

/** A Kafka broker in this JVM: one KRaft node on loopback, with its data in a folder. */
public final class EmbeddedKafka implements AutoCloseable {

    /** Constant, so that a broker can start again on the data of an earlier one. */
    private static final String CLUSTER_ID = "messplus-in-one-jvm-AA";

    private static final String SETTINGS = "server.properties";

    private final FolderLock lock;
    private final KafkaRaftServer server;
    private final int port;

    private EmbeddedKafka(FolderLock lock, KafkaRaftServer server, int port) {
        this.lock = lock;
        this.server = server;
        this.port = port;
    }

    /** The same with no more settings. */
    public static EmbeddedKafka start(Path folder, int port) throws IOException {
        return start(folder, port, Map.of());
    }

    /**
     * Formats {@code folder}, unless it is formatted, and starts a broker on it.
     *
     * @param port port of the broker; 0 for any free one
     * @param more settings of the broker, which override those set here
     * @throws IllegalArgumentException if another broker uses the folder
     */
    public static EmbeddedKafka start(Path folder, int port, Map<String, String> more)
            throws IOException {
        FolderLock lock = FolderLock.of(folder);
        try {
            int brokerPort = port == 0 ? Ports.free() : port;
            Properties properties = properties(folder, brokerPort, Ports.free());
            properties.putAll(more);
            format(folder, properties);
            KafkaRaftServer server =
                    new KafkaRaftServer(KafkaConfig.fromProps(properties), Time.SYSTEM);
            server.startup();
            return new EmbeddedKafka(lock, server, brokerPort);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** Address for clients, as in {@code bootstrap.servers}. */
    public String bootstrap() {
        return Ports.LOOPBACK + ":" + port;
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Properties properties(Path folder, int brokerPort, int controllerPort)
            throws IOException {
        Properties p = new Properties();
        try (InputStream in = EmbeddedKafka.class.getResourceAsStream(SETTINGS)) {
            p.load(in);
        }
        p.setProperty("controller.quorum.voters", "1@" + Ports.LOOPBACK + ":" + controllerPort);
        p.setProperty(
                "listeners",
                "PLAINTEXT://%1$s:%2$d,CONTROLLER://%1$s:%3$d"
                        .formatted(Ports.LOOPBACK, brokerPort, controllerPort));
        p.setProperty("log.dirs", folder.resolve("data").toString());
        return p;
    }

    private static void format(Path folder, Properties properties) throws IOException {
        Path file = Files.createDirectories(folder).resolve("server.properties");
        try (OutputStream out = Files.newOutputStream(file)) {
            properties.store(out, null);
        }
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        int code =
                StorageTool.execute(
                        new String[] {
                            "format",
                            "--ignore-formatted",
                            "--cluster-id",
                            CLUSTER_ID,
                            "--config",
                            file.toString()
                        },
                        new PrintStream(said, true, StandardCharsets.UTF_8));
        if (code != 0) {
            throw new IOException(
                    "Kafka could not format "
                            + folder
                            + ": "
                            + said.toString(StandardCharsets.UTF_8));
        }
    }
}
