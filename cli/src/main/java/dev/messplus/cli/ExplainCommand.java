package dev.messplus.cli;

import dev.messplus.cli.kafka.KafkaAccess;
import dev.messplus.cli.kafka.TopicReader;
import dev.messplus.cli.kafka.TopicReader.Search;
import dev.messplus.cli.records.ResponseStory;
import dev.messplus.cli.records.ResponseTable;
import dev.messplus.record.Json;
import dev.messplus.record.Response;
import dev.messplus.report.Figures;
import dev.messplus.report.Progress;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mess explain}. */
@Command(name = "explain")
final class ExplainCommand extends MessCommand {

    /** That many records are read in some seconds. */
    private static final long LONG_SEARCH = 100_000;

    @Mixin private KafkaOptions kafkaOptions;

    @Parameters(paramLabel = "ID")
    private String id;

    @Option(names = "--sla", paramLabel = "NAME")
    private String sla;

    @Option(names = "--since", paramLabel = "TIME", converter = RangeOptions.Since.class)
    private Instant since;

    @Option(names = "--plain")
    private boolean plain;

    @Option(names = "--json")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        kafkaOptions.requireTopics("explain", TopicRecords.RESPONSES);
        KafkaAccess access = kafkaOptions.access();
        String topic = access.kafka().topics().responses();
        Search search = search(access, topic);
        PrintWriter err = err();
        if (search.found().isEmpty()) {
            err.println(notFound(topic, search.searched()));
            return CommandLine.ExitCode.SOFTWARE;
        }
        List<ConsumerRecord<byte[], byte[]>> found = search.found();
        Response response = matching(found.get(found.size() - 1)).orElseThrow();
        String receipt = response.decision() == null ? null : response.decision().receipt();
        if (json && receipt == null) {
            err.println(ResponseStory.NO_RECEIPT);
            return CommandLine.ExitCode.SOFTWARE;
        }
        PrintWriter out = out();
        if (json) {
            out.println(Json.MAPPER.readTree(receipt).toPrettyString());
        } else {
            show(ResponseStory.of(response, width()));
            if (found.size() > 1) {
                out.printf(
                        "%nThis is the last of %d responses with this id: a request that is sent or"
                                + " answered again has several. mess responses --id %s shows them.%n",
                        found.size(), id);
            }
        }
        return CommandLine.ExitCode.OK;
    }

    private Search search(KafkaAccess access, String topic) {
        try (TopicReader reader = access.reader(topic)) {
            if (reader.size() < LONG_SEARCH) {
                return reader.search(record -> matching(record).isPresent(), since, done -> {});
            }
            try (Progress progress = Progress.of("search", reader.size(), plain, System.err)) {
                return reader.search(
                        record -> matching(record).isPresent(),
                        since,
                        done -> progress.update(done, ""));
            }
        }
    }

    /** The response in a record if it is one of those that are searched. */
    private Optional<Response> matching(ConsumerRecord<byte[], byte[]> record) {
        // The key is the id. A look at it is cheaper than one at the response.
        byte[] key = id.getBytes(StandardCharsets.UTF_8);
        return record.key() != null && !Arrays.equals(record.key(), key)
                ? Optional.empty()
                : ResponseTable.parse(record.value())
                        .filter(response -> id.equals(response.id()))
                        .filter(response -> sla == null || sla.equals(response.sla()));
    }

    private String notFound(String topic, long searched) {
        return """
        No response to %s%s among the %s on %s%s.
        If it was sent a moment ago, it may still wait for its answer: try again. If its record could\
         not be used, mess dead-letters says why. If it was answered long ago, the topic may have\
         deleted the response."""
                .formatted(
                        id,
                        sla == null ? "" : " under " + sla,
                        Figures.count(searched),
                        topic,
                        since == null ? "" : " since " + since);
    }
}
