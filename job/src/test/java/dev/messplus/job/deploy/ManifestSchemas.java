package dev.messplus.job.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
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
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The schemas of the manifests in {@code flink-conf/kubernetes}, made of the classes of their
 * kinds, as for a CRD. A field that a class does not have is an error, as for a strict {@code
 * kubectl apply}.
 */
final class ManifestSchemas {

    private static final JsonMapper JSON = new JsonMapper();

    private static final Map<String, Class<?>> KINDS =
            Map.of(
                    "v1/ConfigMap", ConfigMap.class,
                    "v1/PersistentVolumeClaim", PersistentVolumeClaim.class,
                    "v1/Service", Service.class,
                    "v1/ServiceAccount", ServiceAccount.class,
                    "networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class,
                    "rbac.authorization.k8s.io/v1/Role", Role.class,
                    "rbac.authorization.k8s.io/v1/RoleBinding", RoleBinding.class,
                    "monitoring.coreos.com/v1/ServiceMonitor", ServiceMonitor.class,
                    "flink.apache.org/v1beta1/FlinkDeployment", FlinkDeployment.class);

    private final Map<String, JsonSchema> schemas = new HashMap<>();

    /** What is wrong with a manifest: nothing, or a line for each field. */
    Collection<String> errors(JsonNode manifest) {
        String kind = manifest.path("apiVersion").asText() + "/" + manifest.path("kind").asText();
        if (!KINDS.containsKey(kind)) {
            return List.of("is of an unknown kind: " + kind);
        }
        return schemas.computeIfAbsent(kind, ManifestSchemas::schema).validate(manifest).stream()
                .map(Object::toString)
                .toList();
    }

    private static JsonSchema schema(String kind) {
        ObjectNode schema = fields(KINDS.get(kind));
        // The generator leaves out what all kinds have.
        ObjectNode common = schema.withObjectProperty("properties");
        common.putObject("apiVersion").put("type", "string");
        common.putObject("kind").put("type", "string");
        common.set("metadata", fields(ObjectMeta.class));
        refuseUnknownFields(schema);
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(schema);
    }

    private static ObjectNode fields(Class<?> type) {
        return JSON.valueToTree(io.fabric8.crdv2.generator.v1.JsonSchema.from(type));
    }

    private static void refuseUnknownFields(JsonNode schema) {
        if (schema instanceof ObjectNode object) {
            if (object.has("properties")) {
                object.put("additionalProperties", false);
            }
            // It says what `anyOf` beside it says as well.
            object.remove("x-kubernetes-int-or-string");
        }
        schema.forEach(ManifestSchemas::refuseUnknownFields);
    }
}
