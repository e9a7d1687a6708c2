package dev.messplus.local;

import dev.messplus.local.embedded.EmbeddedKafka;
import dev.messplus.local.embedded.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourcePatternFilter;

/**
 * A broker that lets in, over TLS, who has a password, and lets them do what it was told to. Beside
 * that it has a plain listener, on which everybody is its administrator.
 */
final class SecureBroker implements AutoCloseable {

    private final EmbeddedKafka kafka;
    private final int securePort;
    private final Path certificate;
    private final Admin admin;

    SecureBroker(Path folder) throws Exception {
        String storePassword = "of-the-store";
        Path store = folder.resolve("broker.p12");
        certificate = folder.resolve("broker.pem");
        keytool(
                "-genkeypair -keyalg EC -dname CN=broker -ext san=ip:" + Ports.LOOPBACK,
                store,
                storePassword);
        keytool("-exportcert -rfc -file " + certificate, store, storePassword);

        int plainPort = Ports.free();
        securePort = Ports.free();
        int controllerPort = Ports.free();
        kafka =
                EmbeddedKafka.start(
                        folder.resolve("kafka"),
                        plainPort,
                        Map.ofEntries(
                                Map.entry(
                                        "listeners",
                                        "PLAINTEXT://%1$s:%2$d,SASL_SSL://%1$s:%3$d,CONTROLLER://%1$s:%4$d"
                                                .formatted(
                                                        Ports.LOOPBACK,
                                                        plainPort,
                                                        securePort,
                                                        controllerPort)),
                                Map.entry(
                                        "listener.security.protocol.map",
                                        "PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT"),
                                Map.entry(
                                        "controller.quorum.voters",
                                        "1@" + Ports.LOOPBACK + ":" + controllerPort),
                                Map.entry("sasl.enabled.mechanisms", "SCRAM-SHA-512"),
                                Map.entry(
                                        "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config",
                                        "org.apache.kafka.common.security.scram.ScramLoginModule"
                                                + " required;"),
                                Map.entry("ssl.keystore.type", "PKCS12"),
                                Map.entry("ssl.keystore.location", store.toString()),
                                Map.entry("ssl.keystore.password", storePassword),
                                Map.entry(
                                        "authorizer.class.name",
                                        "org.apache.kafka.metadata.authorizer.StandardAuthorizer"),
                                Map.entry("super.users", "User:ANONYMOUS")));
        admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrap()));
    }

    /** For those who have a password. */
    String bootstrap() {
        return Ports.LOOPBACK + ":" + securePort;
    }

    /** For the test itself, which may do anything. */
    String plainBootstrap() {
        return kafka.bootstrap();
    }

    Admin admin() {
        return admin;
    }

    /** Who signed the broker's certificate, as PEM. */
    Path certificate() {
        return certificate;
    }

    void addUser(String user, String password) throws Exception {
        admin.alterUserScramCredentials(
                        List.of(
                                new UserScramCredentialUpsertion(
                                        user,
                                        new ScramCredentialInfo(
                                                ScramMechanism.SCRAM_SHA_512, 4_096),
                                        password)))
                .all()
                .get();
    }

    void grant(String user, ResourcePattern resource, Collection<AclOperation> operations)
            throws Exception {
        List<AclBinding> bindings = new ArrayList<>();
        for (AclOperation operation : operations) {
            bindings.add(
                    new AclBinding(
                            resource,
                            new AccessControlEntry(
                                    "User:" + user, "*", operation, AclPermissionType.ALLOW)));
        }
        admin.createAcls(bindings).all().get();
    }

    void revoke(String user, ResourcePattern resource, AclOperation operation) throws Exception {
        admin.deleteAcls(
                        List.of(
                                new AclBindingFilter(
                                        new ResourcePatternFilter(
                                                resource.resourceType(),
                                                resource.name(),
                                                resource.patternType()),
                                        new AccessControlEntryFilter(
                                                "User:" + user,
                                                "*",
                                                operation,
                                                AclPermissionType.ALLOW))))
                .all()
                .get();
    }

    @Override
    public void close() {
        admin.close();
        kafka.close();
    }

    private static void keytool(String command, Path store, String password) throws Exception {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        line.addAll(List.of(command.split(" ", -1)));
        line.addAll(
                List.of("-keystore", store.toString(), "-storetype", "PKCS12", "-alias", "broker"));
        line.addAll(List.of("-storepass", password));
        Path said = store.resolveSibling("keytool.log");
        Process keytool =
                new ProcessBuilder(line)
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile())
                        .start();
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool: " + Files.readString(said));
        }
    }
}
