package dev.messplus.testkit;

import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;

import com.github.tomakehurst.wiremock.WireMockServer;
import java.nio.file.Path;

/** A server over https with a certificate that nobody trusts by default. */
public final class TlsServer implements AutoCloseable {

    /** Of its key store. */
    public static final String PASSWORD = "not-to-be-shown";

    private final Path folder;
    private final WireMockServer server;

    /**
     * Starts a server.
     *
     * @param folder where its certificate is to be
     */
    public TlsServer(Path folder) throws Exception {
        this.folder = folder;
        new KeyTool(store(), PASSWORD).makeKey(pem(), "-dname", "CN=localhost");
        server =
                new WireMockServer(
                        wireMockConfig()
                                .httpDisabled(true)
                                .dynamicHttpsPort()
                                .keystorePath(store().toString())
                                .keystoreType("PKCS12")
                                .keystorePassword(PASSWORD)
                                .keyManagerPassword(PASSWORD));
        server.start();
    }

    /** What it answers, and what it was asked. */
    public WireMockServer stubs() {
        return server;
    }

    /** Its address. */
    public String url() {
        return "https://localhost:" + server.httpsPort();
    }

    /** Its certificate. */
    public Path pem() {
        return folder.resolve("server.pem");
    }

    /** Its key store, PKCS#12. */
    public Path store() {
        return folder.resolve("server.p12");
    }

    /** A key store of its certificate alone, PKCS#12, with the same password. */
    public Path trustStore() throws Exception {
        Path trust = folder.resolve("trust.p12");
        new KeyTool(trust, PASSWORD).trust(pem());
        return trust;
    }

    @Override
    public void close() {
        server.stop();
    }
}
