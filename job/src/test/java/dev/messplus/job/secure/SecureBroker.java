package dev.messplus.job.secure;

import dev.messplus.minicluster.EmbeddedKafka;
import dev.messplus.minicluster.Ports;
import dev.messplus.testkit.KeyTool;
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
 * A broker with TLS, SASL and ACLs. A second, plain listener is for the test itself, which may do
 * anything there.
 */
public final class SecureBroker implements AutoCloseable {

    private final EmbeddedKafka kafka;
    private final int securePort;
    private final Path certificate;
    private final Admin admin;

    public SecureBroker(Path folder) throws Exception {
        String storePassword = "of-the-store";
        Path store = folder.resolve("broker.p12");
        certificate = folder.resolve("broker.pem");
        new KeyTool(store, storePassword)
                .makeKey(certificate, "-dname", "CN=broker", "-ext", "san=ip:" + Ports.LOOPBACK);

        int plainPort = Ports.free();
        securePort = Ports.free();
        kafka =
                EmbeddedKafka.start(
                        folder.resolve("kafka"),
                        plainPort,
                        settings(plainPort, securePort, store, storePassword));
        admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrap()));
    }

    private static Map<String, String> settings(
            int plainPort, int securePort, Path store, String storePassword) {
        int controllerPort = Ports.free();
        return Map.ofEntries(
                Map.entry(
                        "listeners",
                        "PLAINTEXT://%1$s:%2$d,SASL_SSL://%1$s:%3$d,CONTROLLER://%1$s:%4$d"
                                .formatted(Ports.LOOPBACK, plainPort, securePort, controllerPort)),
                Map.entry(
                        "listener.security.protocol.map",
                        "PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT"),
                Map.entry("controller.quorum.voters", "1@" + Ports.LOOPBACK + ":" + controllerPort),
                Map.entry("sasl.enabled.mechanisms", "SCRAM-SHA-512"),
                Map.entry(
                        "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config",
                        "org.apache.kafka.common.security.scram.ScramLoginModule required;"),
                Map.entry("ssl.keystore.type", "PKCS12"),
                Map.entry("ssl.keystore.location", store.toString()),
                Map.entry("ssl.keystore.password", storePassword),
                Map.entry(
                        "authorizer.class.name",
                        "org.apache.kafka.metadata.authorizer.StandardAuthorizer"),
                Map.entry("super.users", "User:ANONYMOUS"));
    }

    /** Address for clients with a password. */
    public String bootstrap() {
        return Ports.LOOPBACK + ":" + securePort;
    }

    /** The broker, as clients of the plain listener see it. */
    public EmbeddedKafka plain() {
        return kafka;
    }

    public Admin admin() {
        return admin;
    }

    /** The certificate of the broker, as PEM. */
    public Path certificate() {
        return certificate;
    }

    public void addUser(String user, String password) throws Exception {
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

    public void grant(String user, ResourcePattern resource, Collection<AclOperation> operations)
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

    public void revoke(String user, ResourcePattern resource, AclOperation operation)
            throws Exception {
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
}
