package dev.messplus.job.config;

import dev.messplus.setting.Setting;

/** Section {@code trustStore}: the certificates to trust with https. */
public record TrustStoreSection(
        @Setting(
                        value =
                                "Certificates to trust over https, instead of Java's: a file with PEM, PKCS#12 or JKS, which must exist on every TaskManager.",
                        required = true,
                        otherwise = "Java's")
                String path,
        @Setting(
                        value = "Password of the trust store.",
                        pattern = Secret.PATTERN,
                        expected = Secret.PASSWORD)
                String password) {

    /** Omits the password. */
    @Override
    public String toString() {
        return "TrustStoreSection[path=" + path + "]";
    }
}
