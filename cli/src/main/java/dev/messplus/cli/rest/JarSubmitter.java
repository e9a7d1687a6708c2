package dev.messplus.cli.rest;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.runtime.rest.FileUpload;
import org.apache.flink.runtime.rest.messages.DashboardConfigurationHeaders;
import org.apache.flink.runtime.rest.messages.EmptyMessageParameters;
import org.apache.flink.runtime.rest.messages.EmptyRequestBody;
import org.apache.flink.runtime.webmonitor.handlers.JarDeleteHeaders;
import org.apache.flink.runtime.webmonitor.handlers.JarDeleteMessageParameters;
import org.apache.flink.runtime.webmonitor.handlers.JarRunHeaders;
import org.apache.flink.runtime.webmonitor.handlers.JarRunMessageParameters;
import org.apache.flink.runtime.webmonitor.handlers.JarRunRequestBody;
import org.apache.flink.runtime.webmonitor.handlers.JarUploadHeaders;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Uploads a job's jar to a cluster and runs it there. */
final class JarSubmitter {

    private static final Logger LOG = LoggerFactory.getLogger(JarSubmitter.class);

    private static final String CONTENT_TYPE = "application/x-java-archive";

    private final FlinkRest rest;

    JarSubmitter(FlinkRest rest) {
        this.rest = rest;
    }

    /** Uploads the jar, starts the job, and deletes the jar again. */
    JobID submit(Submission submission) {
        requireJarsAccepted();
        String jar = upload(submission);
        try {
            return run(jar, submission);
        } finally {
            delete(jar);
        }
    }

    private void requireJarsAccepted() {
        boolean accepted =
                rest.call(DashboardConfigurationHeaders.getInstance())
                        .getFeatures()
                        .isWebSubmitEnabled();
        if (!accepted) {
            throw new FlinkRestException(
                    rest.url()
                            + ": accepts no jars because web.submit.enable is false; set it to true, or"
                            + " use flink run",
                    false,
                    null);
        }
    }

    private String upload(Submission submission) {
        String path =
                rest.call(
                                JarUploadHeaders.getInstance(),
                                EmptyMessageParameters.getInstance(),
                                EmptyRequestBody.getInstance(),
                                List.of(new FileUpload(submission.jar(), CONTENT_TYPE)))
                        .getFilename();
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private JobID run(String jar, Submission submission) {
        JarRunMessageParameters parameters = new JarRunMessageParameters();
        parameters.jarIdPathParameter.resolve(jar);
        Map<String, String> settings =
                submission.name() == null
                        ? Map.of()
                        : Map.of(PipelineOptions.NAME.key(), submission.name());
        return rest.call(
                        JarRunHeaders.getInstance(),
                        parameters,
                        new JarRunRequestBody(
                                null,
                                submission.arguments(),
                                Optional.ofNullable(submission.parallelism())
                                        .orElseGet(
                                                () ->
                                                        new ClusterConfiguration(rest)
                                                                .defaultParallelism()),
                                null,
                                null,
                                submission.savepoint(),
                                null,
                                settings))
                .getJobId();
    }

    /**
     * Deletes the jar, which the running job does not need. A failure only leaves a file behind.
     */
    private void delete(String jar) {
        JarDeleteMessageParameters parameters = new JarDeleteMessageParameters();
        parameters.jarIdPathParameter.resolve(jar);
        try {
            rest.call(JarDeleteHeaders.getInstance(), parameters);
        } catch (FlinkRestException e) {
            LOG.warn("The uploaded jar {} could not be deleted", jar, e);
        }
    }
}
