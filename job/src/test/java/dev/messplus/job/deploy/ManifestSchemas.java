package dev.messplus.job.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The schemas of the manifests in {@code flink-conf/kubernetes}. Those of the operator's kinds are
 * in its CRDs. Those of other kinds are made of the classes of a Kubernetes client, which knows
 * their fields and types, but not which of them a kind requires. A field that a kind does not have
 * is an error, as for a strict {@code kubectl apply}.
 *
 * <p>Not checked are the entries of {@code flinkConfiguration}, where the CRD admits everything,
 * and what only a cluster knows.
 */
final class ManifestSchemas {

    private static final JsonMapper JSON = new JsonMapper();

    private static final String DEPLOYMENT = "flink.apache.org/v1beta1/FlinkDeployment";
    private static final String SNAPSHOT = "flink.apache.org/v1beta1/FlinkStateSnapshot";

    /** By their names in the CRDs. */
    private static final Map<String, String> OF_THE_OPERATOR =
            Map.of(DEPLOYMENT, "flinkdeployments", SNAPSHOT, "flinkstatesnapshots");

    private static final Map<String, Class<?>> OTHERS =
            Map.of(
                    "v1/ConfigMap", ConfigMap.class,
                    "v1/PersistentVolumeClaim", PersistentVolumeClaim.class,
                    "v1/Service", Service.class,
                    "v1/ServiceAccount", ServiceAccount.class,
                    "networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class,
                    "rbac.authorization.k8s.io/v1/Role", Role.class,
                    "rbac.authorization.k8s.io/v1/RoleBinding", RoleBinding.class,
                    "monitoring.coreos.com/v1/PrometheusRule", PrometheusRule.class,
                    "monitoring.coreos.com/v1/ServiceMonitor", ServiceMonitor.class);

    /**
     * The CRDs mark no field as required. These are some without which the operator refuses a
     * resource all the same, or Kubernetes the pods that come of it.
     */
    private static final Map<String, Map<String, List<String>>> REQUIRED =
            Map.of(
                    DEPLOYMENT,
                    Map.of(
                            "",
                            List.of("spec"),
                            "/spec",
                            List.of("flinkVersion", "serviceAccount"),
                            "/spec/jobManager/resource",
                            List.of("memory"),
                            "/spec/taskManager/resource",
                            List.of("memory"),
                            "/spec/jobManager/podTemplate/spec/topologySpreadConstraints/items",
                            List.of("maxSkew", "topologyKey", "whenUnsatisfiable"),
                            "/spec/taskManager/podTemplate/spec/topologySpreadConstraints/items",
                            List.of("maxSkew", "topologyKey", "whenUnsatisfiable")),
                    SNAPSHOT,
                    Map.of(
                            "",
                            List.of("spec"),
                            "/spec",
                            List.of("jobReference", "savepoint"),
                            "/spec/jobReference",
                            List.of("kind", "name")));

    private final Map<String, JsonSchema> schemas = new HashMap<>();

    /** What is wrong with a manifest: nothing, or a line for each field. */
    Collection<String> errors(JsonNode manifest) {
        String kind = manifest.path("apiVersion").asText() + "/" + manifest.path("kind").asText();
        if (!OF_THE_OPERATOR.containsKey(kind) && !OTHERS.containsKey(kind)) {
            return List.of("is of an unknown kind: " + kind);
        }
        return schemas.computeIfAbsent(kind, ManifestSchemas::schema).validate(manifest).stream()
                .map(Object::toString)
                .toList();
    }

    private static JsonSchema schema(String kind) {
        ObjectNode schema = OTHERS.containsKey(kind) ? fields(OTHERS.get(kind)) : crd(kind);
        // CRDs leave out what all kinds have.
        ObjectNode common = schema.withObjectProperty("properties");
        common.putObject("apiVersion").put("type", "string");
        common.putObject("kind").put("type", "string");
        common.set("metadata", fields(ObjectMeta.class));
        require(schema, List.of("metadata"));
        REQUIRED.getOrDefault(kind, Map.of())
                .forEach((path, names) -> require(at(schema, path), names));
        StructuralSchema.makeStrict(schema);
        ArrayNode named = ((ObjectNode) common.path("metadata")).putArray("anyOf");
        List.of("name", "generateName").forEach(name -> require(named.addObject(), List.of(name)));
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(schema);
    }

    private static ObjectNode crd(String kind) {
        try {
            return OperatorCrds.schema(OF_THE_OPERATOR.get(kind), kind.split("/")[1]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ObjectNode fields(Class<?> type) {
        return JSON.valueToTree(io.fabric8.crdv2.generator.v1.JsonSchema.from(type));
    }

    private static ObjectNode at(ObjectNode schema, String path) {
        String pointer = path.replace("/", "/properties/").replace("/properties/items", "/items");
        return (ObjectNode) schema.requiredAt(pointer);
    }

    private static void require(ObjectNode schema, List<String> names) {
        ArrayNode required = schema.withArrayProperty("required");
        names.forEach(required::add);
    }
}
