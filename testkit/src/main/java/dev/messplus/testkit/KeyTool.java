package dev.messplus.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The JDK's {@code keytool}, on one key store. */
public final class KeyTool {

    private final Path store;
    private final String password;

    /**
     * The tool for a key store.
     *
     * @param store file of the store, PKCS#12; it need not exist yet
     */
    public KeyTool(Path store, String password) {
        this.store = store;
        this.password = password;
    }

    /** Makes a key with a certificate that nobody trusts by default, and exports that. */
    public void makeKey(Path pem, String... details) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("-genkeypair", "-keyalg", "EC"));
        arguments.addAll(List.of(details));
        run(arguments.toArray(String[]::new));
        run("-exportcert", "-rfc", "-file", pem.toString());
    }

    /** Adds a certificate to trust. */
    public void trust(Path pem) throws Exception {
        run("-importcert", "-noprompt", "-file", pem.toString());
    }

    private void run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-alias", "test", "-keystore", store.toString()));
        command.addAll(List.of("-storetype", "PKCS12", "-storepass", password));
        Path log = store.resolveSibling("keytool.log");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        if (process.waitFor() != 0) {
            throw new IOException("keytool: " + Files.readString(log));
        }
    }
}
