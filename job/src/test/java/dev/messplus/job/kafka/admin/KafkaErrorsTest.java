package dev.messplus.job.kafka.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.messplus.job.config.ConfigException;
import dev.messplus.job.config.KafkaSection;
import dev.messplus.job.config.KafkaSectionBuilder;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Failures of Kafka clients name a field of the configuration and reveal no secret. */
class KafkaErrorsTest {

    private static final String LOGIN =
            "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"mess\""
                    + " password=";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hunter2",
                LOGIN + "hunter2",
                LOGIN + "\"hunter2\"",
                LOGIN + "\"hun\"ter2\";",
                LOGIN + "\"x\" hunter2;",
                "org.apache.kafka.common.security.scram.ScramLoginModule hunter2 required;"
            })
    void doesNotQuoteAJaasConfigurationThatCannotBeParsed(String jaas) {
        String error =
                clientError(
                        Map.of(
                                "security.protocol", "SASL_PLAINTEXT",
                                "sasl.mechanism", "SCRAM-SHA-512",
                                "sasl.jaas.config", jaas));
        assertThat(error)
                .startsWith("kafka.properties.sasl.jaas.config: cannot be parsed: ")
                .contains("JAAS")
                .doesNotContain("hun", "ter2");
    }

    @Test
    void namesButDoesNotQuoteInvalidProperties() {
        assertThat(clientError(Map.of("security.protocol", "hunter2")))
                .startsWith("kafka.properties: cannot create a Kafka client: ")
                .contains("security.protocol", "SASL_SSL")
                .doesNotContain("hunter2");
        assertThat(clientError(Map.of("reconnect.backoff.ms", "hunter2")))
                .contains("reconnect.backoff.ms: Not a number")
                .doesNotContain("hunter2");
        assertThat(
                        clientError(
                                Map.of(
                                        "security.protocol", "SSL",
                                        "ssl.truststore.location", "/nowhere/trust.p12")))
                .startsWith("kafka.properties: cannot create a Kafka client: ")
                .contains("/nowhere/trust.p12");
    }

    @Test
    void namesTheFieldForWhatTheBrokerRefuses() {
        assertThat(error(new SaslAuthenticationException("invalid credentials")))
                .startsWith(
                        "kafka.properties.sasl.jaas.config: the broker rejected the login:"
                                + " invalid credentials; check");
        assertThat(error(new SslAuthenticationException("no", new Exception("bad certificate"))))
                .startsWith("kafka.properties.ssl.truststore.location: TLS")
                .contains("no: bad certificate");
        assertThat(error(new TopicAuthorizationException(Set.of("mess.requests"))))
                .contains("mess.requests", "docs/security.md");
        assertThat(error(new TimeoutException("Call: listNodes")))
                .startsWith("kafka.bootstrap: the broker did not answer in time; check");
        assertThat(error(new DisconnectException("gone")))
                .startsWith("kafka.bootstrap: the broker did not answer: gone; check");
    }

    private static String error(Exception failure) {
        return KafkaErrors.toConfigException(kafka(Map.of()), failure).errors().get(0);
    }

    private static String clientError(Map<String, String> properties) {
        return catchThrowableOfType(
                        ConfigException.class, () -> new KafkaAdmin(kafka(properties)).close())
                .errors()
                .get(0);
    }

    private static KafkaSection kafka(Map<String, String> properties) {
        return KafkaSectionBuilder.builder(KafkaSection.of("127.0.0.1:1"))
                .properties(properties)
                .build();
    }
}
