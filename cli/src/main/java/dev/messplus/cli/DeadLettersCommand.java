package dev.messplus.cli;

import dev.messplus.cli.kafka.KafkaAccess;
import dev.messplus.cli.kafka.TopicReader;
import dev.messplus.cli.records.DeadLetterLine;
import dev.messplus.cli.records.DeadLetterRecord;
import dev.messplus.cli.records.DeadLetterTable;
import dev.messplus.cli.records.LineTable;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mess dead-letters}. */
@Command(
        name = "dead-letters",
        description = {
            "Shows the records that the job could not use, and sends mended ones again.",
            "To mend some: save them with --json > FILE, one per line. Mend the field value of each"
                    + " line, remove the lines that are not to be sent, and send the file with"
                    + " --resend FILE. A record that is no JSON object stands in text or base64: put"
                    + " the mended one into value instead.",
            "It reads without a consumer group: nobody else's position changes. The dead letters"
                    + " stay on their topic."
        })
final class DeadLettersCommand extends MessCommand {

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

    @Override
    public Integer call() throws IOException {
        range.validate();
        if (dryRun && resend == null) {
            throw new IllegalArgumentException("--dry-run: needs --resend FILE");
        }
        if (resend == null) {
            list();
        } else {
            new Resend(kafkaOptions, out()).send(resend, dryRun);
        }
        return 0;
    }

    private void list() {
        KafkaAccess access = kafkaOptions.access();
        String topic = access.kafka().topics().deadLetters();
        LineTable<DeadLetterRecord> table = DeadLetterTable.of(width());
        try (TopicReader reader = access.reader(topic)) {
            long shown =
                    range.read(
                            reader,
                            record -> true,
                            last -> last.forEach(record -> table.fit(new DeadLetterRecord(record))),
                            record -> print(new DeadLetterRecord(record), table));
            if (shown == 0 && !json) {
                out().printf("No dead letter on %s.%n", topic);
            }
        }
    }

    private void print(DeadLetterRecord letter, LineTable<DeadLetterRecord> table) {
        if (json) {
            out().println(DeadLetterLine.of(letter));
        } else {
            table.print(letter, out());
        }
    }
}
