package dev.messplus.job.kafka;

import dev.messplus.job.config.ConfigException;
import dev.messplus.job.config.MessConfig;
import dev.messplus.job.ends.OtherEnds;
import dev.messplus.job.kafka.sink.KafkaSinks;
import dev.messplus.job.kafka.source.KafkaSources;
import dev.messplus.job.pipeline.Connectors;
import dev.messplus.record.RawRecord;
import java.util.Optional;
import org.apache.flink.api.connector.source.Source;

/** Connects the pipeline to Kafka, and to what else requests are read from or responses go to. */
public final class KafkaConnectors {

    private final RecordFormats formats;
    private final OtherEnds others;
    private final KafkaSources sources;
    private final KafkaSinks sinks;

    /**
     * Connectors of the job with this configuration. Classes of users are those of the thread,
     * which are those of the job where Flink runs {@code main()}.
     *
     * @throws ConfigException if a class of a user cannot be used
     */
    public KafkaConnectors(MessConfig config) {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        formats = RecordFormats.load(config.kafka().records(), loader);
        others = new OtherEnds(config, loader);
        sources = new KafkaSources(config);
        sinks = new KafkaSinks(config, formats.responses());
    }

    /** Connectors of a job that runs until it is stopped. */
    public Connectors unbounded() {
        return connect(
                others.requests(false).orElseGet(sources::requests),
                sources.feedback(),
                sources.measurements(),
                Optional.empty());
    }

    /**
     * Connectors of a job that answers the requests that are there now, and finishes. A restored
     * job finishes too; it then answers what is there when it is submitted again.
     */
    public Connectors bounded() {
        Source<RawRecord, ?, ?> requests =
                others.requests(true).orElseGet(sources::boundedRequests);
        KafkaSources.Bounded run = sources.bounded();
        return connect(
                requests,
                run.feedback(),
                run.measurements(),
                Optional.of(
                        new Connectors.EndOfRun(
                                sinks.atLeastOnce(run.marker()), run.partitions())));
    }

    private Connectors connect(
            Source<RawRecord, ?, ?> requests,
            Source<RawRecord, ?, ?> feedback,
            Source<RawRecord, ?, ?> measurements,
            Optional<Connectors.EndOfRun> endOfRun) {
        return new Connectors(
                new Connectors.Input(requests, formats.requests()),
                new Connectors.Input(feedback, formats.feedback()),
                new Connectors.Measurements(measurements, sinks.measurements()),
                others.responses()
                        .orElseGet(
                                () ->
                                        new Connectors.Responses(
                                                sinks.responses(), sinks.refusals())),
                sinks.deadLetters(),
                endOfRun);
    }
}
