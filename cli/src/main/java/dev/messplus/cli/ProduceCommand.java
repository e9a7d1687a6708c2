package dev.messplus.cli;

import dev.messplus.cli.kafka.KafkaAccess;
import dev.messplus.cli.kafka.RecordSender;
import dev.messplus.cli.records.RequestLine;
import dev.messplus.cli.records.RequestLines;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mess produce}. */
@Command(name = "produce")
final class ProduceCommand extends MessCommand {

    @Mixin private KafkaOptions kafkaOptions;

    @Parameters(paramLabel = "FILE")
    private Path file;

    @Option(names = "--sla", defaultValue = "gold")
    private String sla;

    @Option(names = "--ids")
    private boolean ids;

    @Override
    public Integer call() throws IOException {
        kafkaOptions.requireTopics("produce", TopicRecords.REQUESTS);
        checkFile();
        KafkaAccess access = kafkaOptions.access();
        String topic = access.kafka().topics().requests();
        try (RecordSender sender = access.sender(List.of(topic))) {
            if (isStandardInput()) {
                send(reader(System.in), topic, sender);
            } else {
                try (BufferedReader lines = open()) {
                    send(lines, topic, sender);
                }
            }
        }
        return 0;
    }

    private void send(BufferedReader lines, String topic, RecordSender sender) throws IOException {
        PrintWriter out = out();
        SentRequests sent = new SentRequests(out, ids);
        RequestLines requests = requests(lines);
        try {
            for (RequestLine r = requests.next(); r != null; r = requests.next()) {
                sent.add(r, sender.send(r.toKafka(topic)));
            }
        } catch (IllegalArgumentException e) {
            sender.flush();
            throw new IllegalArgumentException(
                    "%s%n%s".formatted(e.getMessage(), sentBefore(sent.awaitAll())), e);
        }
        sender.flush();
        long count = sent.awaitAll();
        if (!ids) {
            out.printf("Sent %s to %s%n", requests(count), topic);
            out.printf(
                    "%s shows the answers; if one does not come, look at %s%n",
                    kafkaOptions.command("responses"), kafkaOptions.command("dead-letters"));
        }
    }

    /** What can be read twice is checked first, so that nothing is sent if something is wrong. */
    private void checkFile() throws IOException {
        if (isStandardInput() || (Files.exists(file) && !Files.isRegularFile(file))) {
            return;
        }
        try (BufferedReader lines = open()) {
            requests(lines).errors().throwIfAny("Nothing was sent: " + file);
        }
    }

    private RequestLines requests(BufferedReader lines) {
        return new RequestLines(lines, sla, kafkaOptions.check(), kafkaOptions.maxValueBytes());
    }

    private static String requests(long count) {
        return count + (count == 1 ? " request" : " requests");
    }

    private static String sentBefore(long count) {
        return count == 0
                ? "Nothing was sent."
                : "The %s before it %s sent."
                        .formatted(requests(count), count == 1 ? "was" : "were");
    }

    private BufferedReader open() throws IOException {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new IllegalArgumentException("FILE: must be a readable file, was " + file);
        }
        return reader(Files.newInputStream(file));
    }

    private static BufferedReader reader(InputStream in) {
        return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    }

    private boolean isStandardInput() {
        return file.toString().equals("-");
    }
}
