package dev.messplus.http;

import dev.messplus.setting.Check;
import dev.messplus.setting.Secret;
import dev.messplus.setting.Setting;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Certificates to trust over TLS, in place of those that Java trusts.
 *
 * @param path file on each TaskManager: PEM certificates, PKCS#12 or JKS
 * @param password password of a PKCS#12 or JKS file; {@code null} for none. Neither messages nor
 *     {@link #toString} contain it
 */
public record TrustStore(
        @Setting(required = true) String path,
        @Setting(pattern = Secret.PATTERN, expected = Secret.PASSWORD) String password)
        implements Serializable {

    private static final int MAX_BYTES = 16 << 20;
    private static final String PEM = "-----BEGIN";

    public TrustStore {
        Check.that(path != null && !path.isBlank(), "trustStore: must not be empty");
    }

    /**
     * Reads the file.
     *
     * @throws IOException if the file cannot be read or contains no certificate; the message names
     *     the file
     */
    public SSLContext context() throws IOException {
        try {
            KeyStore store = store();
            if (store.size() == 0) {
                throw new IOException("trustStore: " + path + " contains no certificate");
            }
            TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("trustStore: " + path + " cannot be used: " + e, e);
        }
    }

    private KeyStore store() throws IOException, GeneralSecurityException {
        Path file = Path.of(path);
        if (!Files.isReadable(file) || Files.size(file) > MAX_BYTES) {
            throw new IOException(
                    "trustStore: %s must be a readable file of at most %d bytes, on every TaskManager"
                            .formatted(path, MAX_BYTES));
        }
        byte[] bytes = Files.readAllBytes(file);
        if (new String(bytes, StandardCharsets.ISO_8859_1).contains(PEM)) {
            return pem(file);
        }
        try {
            return KeyStore.getInstance(
                    file.toFile(), password == null ? new char[0] : password.toCharArray());
        } catch (IOException e) {
            // The message says whether the password or the file is wrong.
            throw new IOException(
                    "trustStore: " + path + " cannot be opened: " + e.getMessage(), e);
        }
    }

    private static KeyStore pem(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(file)) {
            int number = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("ca-" + number++, certificate);
            }
        }
        return store;
    }

    @Override
    public String toString() {
        return "TrustStore[path=%s, password=%s]"
                .formatted(path, password == null ? "none" : "***");
    }
}
