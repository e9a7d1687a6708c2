package dev.messplus.cli;

import dev.messplus.cli.kafka.KafkaAccess;
import dev.messplus.cli.kafka.TopicReader;
import dev.messplus.cli.records.DeadLetterLine;
import dev.messplus.cli.records.DeadLetterRecord;
import dev.messplus.cli.records.DeadLetterTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mess dead-letters}. */
@Command(
        name = "dead-letters",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Shows the records that the job could not use, and sends mended ones again.",
            "To mend some: save them with --json > FILE, one per line. Mend the field value of each"
                    + " line, remove the lines that are not to be sent, and send the file with"
                    + " --resend FILE. A record that is no JSON object stands in text or base64: put"
                    + " the mended one into value instead.",
            "It reads without a consumer group: nobody else's position changes. The dead letters"
                    + " stay on their topic."
        })
final class DeadLettersCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private KafkaOptions kafkaOptions;

    @Mixin private RangeOptions range;

    @Option(
            names = "--json",
            description = "Print each as a line of JSON, with its value, key and headers.")
    private boolean json;

    @Option(
            names = "--resend",
            paramLabel = "FILE",
            description =
                    "Send the records in FILE to the topics that they came from, with their keys and"
                            + " headers. All lines are checked, as the job does, before the first is"
                            + " sent. The names of SLAs and models, and the limits, are those of"
                            + " --config; without it, any are accepted. A record that was cut"
                            + " because it is too large is not sent.")
    private Path resend;

    @Option(
            names = "--dry-run",
            description = "With --resend: check the file, and say what would be sent.")
    private boolean dryRun;

    private boolean headed;

    @Override
    public Integer call() throws IOException {
        range.validate();
        if (dryRun && resend == null) {
            throw new IllegalArgumentException("--dry-run: needs --resend FILE");
        }
        PrintWriter out = spec.commandLine().getOut();
        if (resend == null) {
            list(out);
        } else {
            new Resend(kafkaOptions, out).send(resend, dryRun);
        }
        out.flush();
        return 0;
    }

    private void list(PrintWriter out) {
        KafkaAccess access = kafkaOptions.access();
        String topic = access.kafka().topics().deadLetters();
        DeadLetterTable table = new DeadLetterTable(ConsoleWidth.of(spec));
        try (TopicReader reader = access.reader(topic)) {
            range.read(
                    reader,
                    record -> true,
                    last -> last.forEach(record -> table.fit(new DeadLetterRecord(record))),
                    record -> print(out, table, record));
        }
        if (!headed && !json) {
            out.printf("No dead letter on %s.%n", topic);
        }
    }

    private void print(
            PrintWriter out, DeadLetterTable table, ConsumerRecord<byte[], byte[]> record) {
        DeadLetterRecord letter = new DeadLetterRecord(record);
        if (json) {
            out.println(DeadLetterLine.of(letter));
        } else {
            String line = table.line(letter);
            if (!headed) {
                out.println(table.header());
            }
            out.println(line);
        }
        headed = true;
    }
}
