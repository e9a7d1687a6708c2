package dev.messplus.job.ends;

import dev.messplus.job.config.ResponseFilesSection;
import dev.messplus.record.Json;
import dev.messplus.record.Response;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import org.apache.flink.api.common.serialization.Encoder;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.streaming.api.functions.sink.filesystem.OutputFileConfig;
import org.apache.flink.streaming.api.functions.sink.filesystem.bucketassigners.BasePathBucketAssigner;
import org.apache.flink.streaming.api.functions.sink.filesystem.rollingpolicies.DefaultRollingPolicy;

/**
 * Responses in files, one on each line. A file has its name once a checkpoint has completed after
 * its last line, and then does not change: each response is in the files exactly once.
 */
final class FileResponses {

    static final String PATH = "responses.files.path";
    private static final String SUFFIX = ".jsonl";

    private FileResponses() {}

    /**
     * Writes files that are complete after a while.
     *
     * @param name with which the names of the files begin
     */
    static Sink<Response> sink(ResponseFilesSection files, String name) {
        Duration roll = Duration.ofMillis(files.rollMillis());
        Encoder<Response> lines = FileResponses::write;
        return FileSink.forRowFormat(OtherEnds.path(PATH, files.path()), lines)
                .withBucketAssigner(new BasePathBucketAssigner<>())
                .withBucketCheckInterval(files.rollMillis())
                .withRollingPolicy(
                        DefaultRollingPolicy.builder()
                                .withRolloverInterval(roll)
                                .withInactivityInterval(roll)
                                .build())
                .withOutputFileConfig(new OutputFileConfig(name, SUFFIX))
                .build();
    }

    private static void write(Response response, OutputStream out) throws IOException {
        out.write(Json.bytes(response));
        out.write('\n');
    }
}
