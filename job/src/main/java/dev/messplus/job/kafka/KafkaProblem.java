package dev.messplus.job.kafka;

import dev.messplus.job.config.ConfigException;
import dev.messplus.job.config.KafkaConfig;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SslAuthenticationException;

/**
 * What a Kafka client complains of, as an error of the configuration. No property is quoted: some
 * of what Kafka says holds parts of a password.
 */
final class KafkaProblem {

    /** What Kafka quotes: a wrong value, or what it took for one in a JAAS configuration. */
    private static final Pattern QUOTED =
            Pattern.compile("'[^']*'|(?<=Invalid value ).*?(?= for configuration)", Pattern.DOTALL);

    private KafkaProblem() {}

    static ConfigException of(KafkaConfig kafka, Throwable failure) {
        return new ConfigException("Kafka at " + kafka.bootstrap(), List.of(error(failure)));
    }

    private static String error(Throwable failure) {
        if (has(failure, SslAuthenticationException.class)) {
            return "kafka.properties.ssl.truststore.location: TLS with the broker failed: %s; check ssl.truststore.*, and that the broker's certificate names the host of kafka.bootstrap"
                    .formatted(reason(failure));
        }
        if (has(failure, AuthenticationException.class)) {
            return "kafka.properties.sasl.jaas.config: the broker did not let the user in: %s; check sasl.mechanism, the user and the password, and the environment variable that holds it"
                    .formatted(reason(failure));
        }
        if (has(failure, AuthorizationException.class)) {
            return "kafka.properties.sasl.jaas.config: the user may not do what the job does: %s; docs/security.md lists the ACLs"
                    .formatted(reason(failure));
        }
        if (reason(failure).contains("JAAS")) {
            return "kafka.properties.sasl.jaas.config: cannot be read: %s; in a password write \\\" for a quotation mark and \\\\ for a backslash"
                    .formatted(reason(failure));
        }
        if (isAboutProperties(failure)) {
            return "kafka.properties: make no Kafka client: " + reason(failure);
        }
        return "kafka.bootstrap: the broker did not answer: %s; check the address and kafka.properties"
                .formatted(reason(failure));
    }

    /** Whether there was no client yet that could have asked anybody. */
    private static boolean isAboutProperties(Throwable failure) {
        return has(failure, org.apache.kafka.common.config.ConfigException.class)
                || failure.getMessage() != null
                        && failure.getMessage().startsWith("Failed to create new");
    }

    private static boolean has(Throwable failure, Class<? extends Throwable> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    /** What lies at the bottom, and what it was about. */
    private static String reason(Throwable failure) {
        Throwable root = failure;
        Throwable above = null;
        while (root.getCause() != null) {
            above = root;
            root = root.getCause();
        }
        String said = said(root);
        String told = above == null ? said : said(above) + ": " + said;
        return QUOTED.matcher(told).replaceAll("…");
    }

    private static String said(Throwable failure) {
        return failure.getMessage() == null
                ? failure.getClass().getSimpleName()
                : failure.getMessage();
    }
}
