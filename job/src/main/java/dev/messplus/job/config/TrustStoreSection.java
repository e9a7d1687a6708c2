package dev.messplus.job.config;

/**
 * Section {@code trustStore} of a model: the certificates to trust with https.
 *
 * @param path file with PEM certificates, PKCS#12 or JKS, on every TaskManager
 * @param password password of the file; {@code null} for none
 */
public record TrustStoreSection(String path, String password) {

    /** Omits the password. */
    @Override
    public String toString() {
        return "TrustStoreSection[path=" + path + "]";
    }
}
