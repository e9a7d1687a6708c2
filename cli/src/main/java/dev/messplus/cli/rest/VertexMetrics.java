package dev.messplus.cli.rest;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.jobgraph.JobVertexID;
import org.apache.flink.runtime.rest.messages.ConversionException;
import org.apache.flink.runtime.rest.messages.job.metrics.JobVertexMetricsHeaders;
import org.apache.flink.runtime.rest.messages.job.metrics.JobVertexMetricsMessageParameters;
import org.apache.flink.runtime.rest.messages.job.metrics.Metric;

/** The metrics of one task of a job, which is a chain of operators. */
final class VertexMetrics {

    /** Flink's server accepts request lines of 4,096 characters; the path needs some. */
    private static final int MAX_CHARACTERS = 3_500;

    private static final String COMMA = "%2C";

    private final FlinkRest rest;
    private final JobID job;
    private final JobVertexID vertex;

    VertexMetrics(FlinkRest rest, JobID job, JobVertexID vertex) {
        this.rest = rest;
        this.job = job;
        this.vertex = vertex;
    }

    /** Passes on the ids and values of some metrics. */
    void read(Predicate<String> wanted, BiConsumer<String, String> sink) {
        List<String> ids = call(List.of()).stream().map(Metric::getId).filter(wanted).toList();
        for (List<String> some : inRequestLines(ids)) {
            for (Metric metric : call(some)) {
                if (metric.getValue() != null) {
                    sink.accept(metric.getId(), metric.getValue());
                }
            }
        }
    }

    /** Splits ids such that each part fits into a request line. */
    static List<List<String>> inRequestLines(List<String> ids) {
        List<List<String>> parts = new ArrayList<>();
        int left = 0;
        for (String id : ids) {
            int length = URLEncoder.encode(id, StandardCharsets.UTF_8).length() + COMMA.length();
            if (parts.isEmpty() || length > left) {
                parts.add(new ArrayList<>());
                left = MAX_CHARACTERS;
            }
            parts.get(parts.size() - 1).add(id);
            left -= length;
        }
        return parts;
    }

    /** The metrics with these ids and their values, or the ids of all metrics if none is given. */
    private Collection<Metric> call(List<String> ids) {
        JobVertexMetricsMessageParameters parameters = new JobVertexMetricsMessageParameters();
        parameters.jobPathParameter.resolve(job);
        parameters.jobVertexIdPathParameter.resolve(vertex);
        if (!ids.isEmpty()) {
            filter(parameters, ids);
        }
        return rest.call(JobVertexMetricsHeaders.getInstance(), parameters).getMetrics();
    }

    /** Sets the filter, which is the only query parameter and has no accessor. */
    private static void filter(JobVertexMetricsMessageParameters parameters, List<String> ids) {
        try {
            parameters
                    .getQueryParameters()
                    .iterator()
                    .next()
                    .resolveFromString(String.join(",", ids));
        } catch (ConversionException e) {
            throw new IllegalStateException(e);
        }
    }
}
