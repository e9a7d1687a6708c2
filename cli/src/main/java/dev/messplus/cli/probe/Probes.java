package dev.messplus.cli.probe;

import static org.apache.flink.util.ExceptionUtils.findThrowable;

import dev.messplus.http.TrustStore;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import javax.net.ssl.SSLException;

/** What probes share: their client, and why something does not answer. */
final class Probes {

    static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** What a value contains that is not known on this machine. */
    static final String VARIABLE = "${env:";

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

    private Probes() {}

    /**
     * A client.
     *
     * @param trusted certificates to trust; {@code null} for Java's own
     * @throws IOException if they cannot be read; the message begins with the setting
     */
    static HttpClient client(TrustStore trusted) throws IOException {
        HttpClient.Builder client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(CONNECT_TIMEOUT);
        if (trusted != null && !trusted.toString().contains(VARIABLE)) {
            client.sslContext(trusted.context());
        }
        return client.build();
    }

    /**
     * Why an address does not answer.
     *
     * @param path of the configuration that has it
     * @param setting below the path, which is the address
     * @param url the address
     */
    static Finding unreachable(Throwable failure, String path, String setting, String url) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        if (findThrowable(failure, UnresolvedAddressException.class).isPresent()) {
            return new Finding(
                    "%s.%s: the host of %s is unknown on this machine; mend the url"
                            .formatted(path, setting, url),
                    true);
        }
        if (findThrowable(failure, SSLException.class).isPresent()) {
            return new Finding(
                    "%s.trustStore: TLS with %s failed: %s; name the certificate to trust"
                            .formatted(path, url, cause.getMessage()),
                    true);
        }
        if (findThrowable(failure, HttpTimeoutException.class).isPresent()) {
            return new Finding(
                    "%s.%s: %s did not answer within %d s; start the server, or mend the url"
                            .formatted(path, setting, url, TIMEOUT.toSeconds()),
                    true);
        }
        String reason =
                findThrowable(failure, ConnectException.class).isPresent()
                        ? ""
                        : " (" + cause.getClass().getSimpleName() + ")";
        return new Finding(
                "%s.%s: nothing answers at %s%s; start the server, or mend the url"
                        .formatted(path, setting, url, reason),
                true);
    }
}
