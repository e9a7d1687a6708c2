package dev.messplus.job.kafka.admin;

import dev.messplus.job.config.ConfigException;
import dev.messplus.job.config.KafkaSection;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;

/** A Kafka admin client whose requests are answered within {@link #TIMEOUT_MILLIS} or fail. */
public final class KafkaAdmin implements AutoCloseable {

    static final int TIMEOUT_MILLIS = 30_000;

    private final Admin client;

    /**
     * Creates a client, which does not connect yet.
     *
     * @throws ConfigException if no client can be created from the properties
     */
    public KafkaAdmin(KafkaSection kafka) {
        Properties properties = new Properties();
        properties.putAll(kafka.properties());
        properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrap());
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
        properties.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
        try {
            client = Admin.create(properties);
        } catch (KafkaException e) {
            throw KafkaErrors.toConfigException(kafka, e);
        }
    }

    /** The client, whose requests {@link #await} waits for. */
    public Admin client() {
        return client;
    }

    /**
     * Waits for the result of a request.
     *
     * @throws KafkaException if the request fails or is not answered in time
     */
    public <T> T await(KafkaFuture<T> future) {
        try {
            return future.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException failure
                    ? failure
                    : new KafkaException(e.getCause());
        } catch (TimeoutException e) {
            throw new org.apache.kafka.common.errors.TimeoutException(
                    "no answer within " + TIMEOUT_MILLIS + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while waiting for the broker", e);
        }
    }

    /**
     * The value of a numeric setting, or empty if the cluster does not reveal it, as managed Kafka
     * services do not for some.
     */
    static OptionalLong number(Config config, String name) {
        ConfigEntry entry = config.get(name);
        return entry == null || entry.value() == null
                ? OptionalLong.empty()
                : OptionalLong.of(Long.parseLong(entry.value()));
    }

    @Override
    public void close() {
        client.close(Duration.ZERO);
    }
}
