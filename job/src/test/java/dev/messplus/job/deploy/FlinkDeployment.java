package dev.messplus.job.deploy;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.networking.v1.IngressTLS;
import java.util.List;
import java.util.Map;

/**
 * The fields that the reference of the Flink Kubernetes Operator 1.15 lists for its resource of the
 * same name. The operator publishes neither its classes nor its CRD as an artifact, so they are
 * stated here; the schema of the CRD is made of them in the way in which the operator makes it of
 * its own.
 */
@SuppressWarnings("unused")
final class FlinkDeployment {

    public Spec spec;

    static final class Spec {
        public JobSpec job;
        public Long restartNonce;
        public Map<String, String> flinkConfiguration;
        public String image;
        public String imagePullPolicy;
        public String serviceAccount;
        public FlinkVersion flinkVersion;
        public IngressSpec ingress;
        public PodTemplateSpec podTemplate;
        public JobManagerSpec jobManager;
        public TaskManagerSpec taskManager;
        public Map<String, String> logConfiguration;
        public Mode mode;
    }

    static final class JobSpec {
        public String jarURI;
        public Integer parallelism;
        public String entryClass;
        public List<String> args;
        public State state;
        public Long savepointTriggerNonce;
        public String initialSavepointPath;
        public Long checkpointTriggerNonce;
        public UpgradeMode upgradeMode;
        public Boolean allowNonRestoredState;
        public Long savepointRedeployNonce;
        public Long autoscalerResetNonce;
    }

    static final class JobManagerSpec {
        public Resource resource;
        public Integer replicas;
        public PodTemplateSpec podTemplate;
    }

    static final class TaskManagerSpec {
        public Resource resource;
        public Integer replicas;
        public PodTemplateSpec podTemplate;
    }

    static final class Resource {
        public Double cpu;
        public String memory;
        public String ephemeralStorage;
    }

    static final class IngressSpec {
        public String template;
        public String className;
        public Map<String, String> annotations;
        public Map<String, String> labels;
        public List<IngressTLS> tls;
    }

    /** Releases of Flink that the operator supports. */
    enum FlinkVersion {
        v1_19,
        v1_20,
        v2_0,
        v2_1,
        v2_2
    }

    enum State {
        running,
        suspended
    }

    enum UpgradeMode {
        savepoint,
        @JsonProperty("last-state")
        LAST_STATE,
        stateless
    }

    enum Mode {
        @JsonProperty("native")
        NATIVE,
        standalone
    }

    private FlinkDeployment() {}
}
