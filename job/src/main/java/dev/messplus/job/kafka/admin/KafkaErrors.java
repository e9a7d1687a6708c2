package dev.messplus.job.kafka.admin;

import dev.messplus.job.config.ConfigException;
import dev.messplus.job.config.KafkaSection;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.flink.util.ExceptionUtils;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Turns failures of a Kafka client into errors of the configuration. No value of a property is
 * quoted, because some messages of Kafka contain parts of a password.
 */
public final class KafkaErrors {

    /** What Kafka quotes: an invalid value, or what it took for one in a JAAS configuration. */
    private static final Pattern QUOTED =
            Pattern.compile("'[^']*'|(?<=Invalid value ).*?(?= for configuration)", Pattern.DOTALL);

    private KafkaErrors() {}

    /** An exception for {@code failure} that names the field to look at. */
    public static ConfigException toConfigException(KafkaSection kafka, Throwable failure) {
        return toConfigException(kafka, List.of(describe(failure)));
    }

    static ConfigException toConfigException(KafkaSection kafka, List<String> errors) {
        return new ConfigException("Kafka at " + kafka.bootstrap(), errors);
    }

    private static String describe(Throwable failure) {
        String reason = reason(failure);
        if (has(failure, SslAuthenticationException.class)) {
            return "kafka.properties.ssl.truststore.location: TLS with the broker failed: %s; check ssl.truststore.*, and that the broker's certificate is for the host in kafka.bootstrap"
                    .formatted(reason);
        }
        if (has(failure, AuthenticationException.class)) {
            return "kafka.properties.sasl.jaas.config: the broker rejected the login: %s; check sasl.mechanism, the user name, the password, and the environment variable that holds it"
                    .formatted(reason);
        }
        if (has(failure, AuthorizationException.class)) {
            return "kafka.properties.sasl.jaas.config: the user lacks a permission that the job needs: %s; grant the ACLs listed in docs/security.md"
                    .formatted(reason);
        }
        if (reason.contains("JAAS")) {
            return "kafka.properties.sasl.jaas.config: cannot be parsed: %s; in a password write \\\" for a quotation mark and \\\\ for a backslash"
                    .formatted(reason);
        }
        if (noClientWasCreated(failure)) {
            return "kafka.properties: cannot create a Kafka client: " + reason;
        }
        return "kafka.bootstrap: the broker did not answer%s; check that it runs, the address, and kafka.properties"
                .formatted(has(failure, TimeoutException.class) ? " in time" : ": " + reason);
    }

    private static boolean noClientWasCreated(Throwable failure) {
        return has(failure, org.apache.kafka.common.config.ConfigException.class)
                || (failure.getMessage() != null
                        && failure.getMessage().startsWith("Failed to create new"));
    }

    private static boolean has(Throwable failure, Class<? extends Throwable> type) {
        return ExceptionUtils.findThrowable(failure, type).isPresent();
    }

    /** The message of the root cause, after that of the exception which it caused. */
    private static String reason(Throwable failure) {
        Throwable root = failure;
        Throwable above = null;
        while (root.getCause() != null) {
            above = root;
            root = root.getCause();
        }
        String reason = above == null ? message(root) : message(above) + ": " + message(root);
        return QUOTED.matcher(reason).replaceAll("…");
    }

    private static String message(Throwable failure) {
        return failure.getMessage() == null
                ? failure.getClass().getSimpleName()
                : failure.getMessage();
    }
}
