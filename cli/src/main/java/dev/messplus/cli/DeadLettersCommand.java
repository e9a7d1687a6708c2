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
@Command(name = "dead-letters")
final class DeadLettersCommand extends MessCommand {

    @Mixin private KafkaOptions kafkaOptions;

    @Mixin private RangeOptions range;

    @Option(names = "--json")
    private boolean json;

    @Option(names = "--resend", paramLabel = "FILE")
    private Path resend;

    @Option(names = "--dry-run")
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
