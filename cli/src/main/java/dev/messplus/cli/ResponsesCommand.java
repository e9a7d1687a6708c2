package dev.messplus.cli;

import dev.messplus.cli.kafka.KafkaAccess;
import dev.messplus.cli.kafka.TopicReader;
import dev.messplus.cli.records.ResponseTable;
import dev.messplus.record.Response;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mess responses}. */
@Command(
        name = "responses",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Shows the responses of a job, as far as they are committed. Joules marked with ~ are"
                    + " estimated, not measured.",
            "It reads without a consumer group: nobody else's position changes."
        })
final class ResponsesCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private KafkaOptions kafkaOptions;

    @Mixin private RangeOptions range;

    @Option(names = "--follow", description = "Then show new ones as they come, until Ctrl-C.")
    private boolean follow;

    @Option(names = "--sla", paramLabel = "NAME", description = "Show only those of this SLA.")
    private String sla;

    @Option(
            names = "--id",
            paramLabel = "ID",
            description = "Show only those to this request; if there is none, end with 1.")
    private String id;

    @Option(names = "--json", description = "Print the records as they are, one per line.")
    private boolean json;

    private boolean headed;

    @Override
    public Integer call() {
        range.validate();
        KafkaAccess access = kafkaOptions.access();
        String topic = access.kafka().topics().responses();
        PrintWriter out = spec.commandLine().getOut();
        ResponseTable table = new ResponseTable(ConsoleWidth.of(spec));
        Predicate<ConsumerRecord<byte[], byte[]>> filter = filter();
        Consumer<ConsumerRecord<byte[], byte[]>> sink = record -> print(out, table, record.value());
        try (TopicReader reader = access.reader(topic)) {
            range.read(
                    reader,
                    filter,
                    last -> last.forEach(record -> table.fit(record.value())),
                    sink);
            out.flush();
            if (!headed && id != null && !follow) {
                spec.commandLine().getErr().println(notFound(topic));
                return CommandLine.ExitCode.SOFTWARE;
            }
            if (!headed && !json) {
                out.printf("No response %son %s yet.%n", filtered() ? "like that " : "", topic);
                out.flush();
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

    private void print(PrintWriter out, ResponseTable table, byte[] value) {
        if (json) {
            out.println(value == null ? "null" : new String(value, StandardCharsets.UTF_8));
        } else {
            String line = table.line(value);
            if (!headed) {
                out.println(table.header());
            }
            out.println(line);
        }
        headed = true;
        out.flush();
    }
}
