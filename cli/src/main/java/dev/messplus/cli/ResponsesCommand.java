package dev.messplus.cli;

import dev.messplus.cli.kafka.KafkaAccess;
import dev.messplus.cli.kafka.TopicReader;
import dev.messplus.cli.records.LineTable;
import dev.messplus.cli.records.ResponseTable;
import dev.messplus.record.Response;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mess responses}. */
@Command(name = "responses")
final class ResponsesCommand extends MessCommand {

    @Mixin private KafkaOptions kafkaOptions;

    @Mixin private RangeOptions range;

    @Option(names = "--follow")
    private boolean follow;

    @Option(names = "--sla", paramLabel = "NAME")
    private String sla;

    @Option(names = "--id", paramLabel = "ID")
    private String id;

    @Option(names = "--json")
    private boolean json;

    @Override
    public Integer call() {
        range.validate();
        kafkaOptions.requireTopics("responses", TopicRecords.RESPONSES);
        KafkaAccess access = kafkaOptions.access();
        String topic = access.kafka().topics().responses();
        LineTable<byte[]> table = ResponseTable.of(width());
        Predicate<ConsumerRecord<byte[], byte[]>> filter = filter();
        Consumer<ConsumerRecord<byte[], byte[]>> sink = record -> print(record.value(), table);
        try (TopicReader reader = access.reader(topic)) {
            long shown =
                    range.read(
                            reader,
                            filter,
                            last -> last.forEach(record -> table.fit(record.value())),
                            sink);
            if (shown == 0 && id != null && !follow) {
                err().println(notFound(topic));
                return CommandLine.ExitCode.SOFTWARE;
            }
            if (shown == 0 && !json) {
                out().printf("No response %son %s yet.%n", filtered() ? "like that " : "", topic);
            }
            if (follow) {
                reader.follow(
                        record -> {
                            if (filter.test(record)) {
                                sink.accept(record);
                            }
                        });
            }
        }
        return CommandLine.ExitCode.OK;
    }

    private String notFound(String topic) {
        return "No such response to %s on %s. If its record could not be used, %s says why."
                .formatted(id, topic, kafkaOptions.command("dead-letters"));
    }

    private boolean filtered() {
        return sla != null || id != null;
    }

    private Predicate<ConsumerRecord<byte[], byte[]>> filter() {
        return filtered()
                ? record -> ResponseTable.parse(record.value()).filter(this::matches).isPresent()
                : record -> true;
    }

    private boolean matches(Response response) {
        return (sla == null || sla.equals(response.sla()))
                && (id == null || id.equals(response.id()));
    }

    private void print(byte[] value, LineTable<byte[]> table) {
        if (json) {
            out().println(value == null ? "null" : new String(value, StandardCharsets.UTF_8));
        } else {
            table.print(value, out());
        }
    }
}
