package dev.messplus.job.ends;

import dev.messplus.job.config.ConfigException;
import dev.messplus.job.config.MessConfig;
import dev.messplus.job.config.RequestFilesSection;
import dev.messplus.job.config.RequestsSection;
import dev.messplus.job.config.ResponseFilesSection;
import dev.messplus.job.config.ResponsesSection;
import dev.messplus.job.pipeline.Connectors;
import dev.messplus.job.source.CreditedSource;
import dev.messplus.job.source.JointEndSource;
import dev.messplus.record.RawRecord;
import dev.messplus.record.Response;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.core.fs.Path;

/** The ends of the job that sections {@code requests} and {@code responses} set: no topics. */
public final class OtherEnds {

    private static final String THE_CONFIGURATION = "The configuration";
    private static final String SOURCE = "requests.source";
    private static final String SINK = "responses.sink";

    private final RequestsSection requests;
    private final ResponsesSection responses;
    private final int maxRecordBytes;
    private final RequestSource userSource;
    private final ResponseSink userSink;

    /**
     * The ends of the job with this configuration.
     *
     * @param loader finds the classes of users
     * @throws ConfigException if a class or a path cannot be used
     */
    public OtherEnds(MessConfig config, ClassLoader loader) {
        requests = config.requests();
        responses = config.responses();
        maxRecordBytes = config.limits().maxRecordBytes();
        List<String> errors = new ArrayList<>();
        UserClasses users = new UserClasses(loader, errors);
        userSource = users.create(SOURCE, requests.source(), RequestSource.class);
        userSink = users.create(SINK, responses.sink(), ResponseSink.class);
        if (!errors.isEmpty()) {
            throw new ConfigException(THE_CONFIGURATION, errors);
        }
        requireApart(requests.files(), responses.files());
    }

    /**
     * The source of requests, which reads as many as the models have places for; empty if they are
     * on their topic.
     *
     * @param bounded whether the run ends
     * @throws ConfigException if a setting, or an option of the user's class, is wrong
     */
    public Optional<Source<RawRecord, ?, ?>> requests(boolean bounded) {
        if (requests.areOnTopic()) {
            return Optional.empty();
        }
        Source<RawRecord, ?, ?> source =
                userSource == null
                        ? FileRequests.source(requests.files(), maxRecordBytes, bounded)
                        : made(SOURCE, () -> userSource.create(requests.options(), bounded));
        if (bounded && source.getBoundedness() != Boundedness.BOUNDED) {
            throw error(
                    SOURCE,
                    "must make a source with an end for a bounded run, was " + requests.source());
        }
        return Optional.of(credited(source, bounded));
    }

    private static <S extends SourceSplit, E> Source<RawRecord, S, E> credited(
            Source<RawRecord, S, E> source, boolean bounded) {
        return CreditedSource.of(bounded ? JointEndSource.of(source) : source);
    }

    /**
     * The sinks of responses; empty if they go to their topic.
     *
     * @throws ConfigException if an option of the user's class is wrong
     */
    public Optional<Connectors.Responses> responses() {
        return responses.areOnTopic()
                ? Optional.empty()
                : Optional.of(
                        new Connectors.Responses(
                                responses(ResponseSink.ANSWERS), responses(ResponseSink.REFUSALS)));
    }

    private Sink<Response> responses(String name) {
        return userSink == null
                ? FileResponses.sink(responses.files(), name)
                : made(SINK, () -> userSink.create(responses.options(), name));
    }

    private static <T> T made(String path, Supplier<T> made) {
        try {
            return made.get();
        } catch (IllegalArgumentException e) {
            throw error(path, e.getMessage());
        }
    }

    /** A path with its file system, which Flink must have. */
    static Path path(String setting, String name) {
        try {
            Path path = new Path(name);
            return path.makeQualified(path.getFileSystem());
        } catch (IOException | IllegalArgumentException e) {
            throw unusable(setting, name, e);
        }
    }

    /** With what the paths of the files below a folder begin. */
    static String root(Path folder) {
        String name = folder.toString();
        // That of a whole file system or bucket ends with one.
        return name.endsWith(Path.SEPARATOR) ? name : name + Path.SEPARATOR;
    }

    /** Otherwise the job would read its responses as requests, and refuse its refusals for ever. */
    static void requireApart(RequestFilesSection read, ResponseFilesSection written) {
        if (read == null || written == null) {
            return;
        }
        Path in = path(FileRequests.PATH, read.path());
        Path out = path(FileResponses.PATH, written.path());
        if (root(out).startsWith(root(in))) {
            throw error(
                    FileResponses.PATH,
                    "must not be in the folder that requests are read from (%s: %s), was %s"
                            .formatted(FileRequests.PATH, read.path(), written.path()));
        }
    }

    static ConfigException unusable(String setting, String name, Exception e) {
        return error(
                setting,
                "must be a path of a file system that Flink can use, was %s: %s"
                        .formatted(name, e));
    }

    static ConfigException error(String path, String problem) {
        return new ConfigException(THE_CONFIGURATION, List.of(path + ": " + problem));
    }
}
