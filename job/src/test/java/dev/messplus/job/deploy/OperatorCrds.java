package dev.messplus.job.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** The CRDs that the Flink Kubernetes Operator installs, of the artifact with its API. */
final class OperatorCrds {

    private static final YAMLMapper YAML = new YAMLMapper();

    private OperatorCrds() {}

    /**
     * The schema of a kind.
     *
     * @param plural its name in the CRD, as {@code flinkdeployments}
     * @param version its version, as {@code v1beta1}
     */
    static ObjectNode schema(String plural, String version) throws IOException {
        try (InputStream crd = open("META-INF/fabric8/" + plural + ".flink.apache.org-v1.yml")) {
            for (JsonNode candidate : YAML.readTree(crd).at("/spec/versions")) {
                if (candidate.path("name").asText().equals(version)
                        && candidate.path("served").asBoolean()) {
                    return (ObjectNode) candidate.at("/schema/openAPIV3Schema");
                }
            }
        }
        throw new AssertionError("the operator does not serve " + plural + " " + version);
    }

    /** The release of the operator. */
    static String release() throws IOException {
        Properties maven = new Properties();
        try (InputStream properties =
                open(
                        "META-INF/maven/org.apache.flink/flink-kubernetes-operator-api/"
                                + "pom.properties")) {
            maven.load(properties);
        }
        return maven.getProperty("version");
    }

    private static InputStream open(String resource) {
        InputStream in = OperatorCrds.class.getClassLoader().getResourceAsStream(resource);
        if (in == null) {
            throw new AssertionError("the operator's jar has no " + resource);
        }
        return in;
    }
}
