package dev.messplus.cli;

import dev.messplus.cli.kafka.KafkaAccess;
import dev.messplus.cli.kafka.RecordSender;
import dev.messplus.cli.records.LineErrors;
import dev.messplus.cli.records.MendedLine;
import dev.messplus.job.config.ConfigException;
import dev.messplus.job.config.TopicsSection;
import dev.messplus.job.pipeline.RecordCheck;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.RecordMetadata;

/** Sends mended records again, to the topics that they came from. */
final class Resend {

    private final KafkaAccess access;
    private final RecordCheck check;
    private final boolean namesKnown;
    private final int maxValueBytes;
    private final PrintWriter out;
    private final List<Numbered> whole = new ArrayList<>();
    private final List<String> leftOut = new ArrayList<>();

    Resend(KafkaOptions options, PrintWriter out) {
        access = options.access();
        check = options.check();
        namesKnown = options.config().isPresent();
        maxValueBytes = options.maxValueBytes();
        this.out = out;
    }

    private record Numbered(long number, MendedLine line) {}

    /**
     * Sends the lines of a file.
     *
     * @param dryRun whether to only say what would be sent
     * @throws ConfigException with the errors of all lines, in which case nothing was sent
     */
    void send(Path file, boolean dryRun) throws IOException {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new IllegalArgumentException("--resend: must be a readable file, was " + file);
        }
        read(file);
        Map<String, Integer> counts = new TreeMap<>();
        whole.forEach(record -> counts.merge(record.line().topic(), 1, Integer::sum));
        if (!dryRun && !whole.isEmpty()) {
            send(counts.keySet());
        }
        counts.forEach(
                (topic, count) ->
                        out.printf(
                                "%s %d record%s to %s%n",
                                dryRun ? "Would send" : "Sent",
                                count,
                                count == 1 ? "" : "s",
                                topic));
        if (counts.isEmpty()) {
            out.println("Nothing to send");
        }
        leftOut.forEach(reason -> out.println("Left out " + reason));
        if (!namesKnown && !counts.isEmpty()) {
            out.println(
                    "Names of SLAs and models, and limits, were not checked: that needs --config mess.yaml");
        }
    }

    private void read(Path file) throws IOException {
        LineErrors errors = new LineErrors();
        long number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            if (!line.isBlank()) {
                try {
                    add(number, MendedLine.of(line));
                } catch (IllegalArgumentException e) {
                    errors.add("line %d: %s".formatted(number, e.getMessage()));
                }
            }
        }
        errors.throwIfAny("Nothing was sent: " + file);
    }

    private void add(long number, MendedLine line) {
        TopicsSection topics = access.kafka().topics();
        if (line.topic().equals(topics.measurements())) {
            leftOut.add("line %d: only the job writes to %s".formatted(number, line.topic()));
        } else if (!List.of(topics.requests(), topics.feedback()).contains(line.topic())) {
            throw new IllegalArgumentException(
                    "topic: must be %s or %s, was %s; other topics need --config mess.yaml"
                            .formatted(topics.requests(), topics.feedback(), line.topic()));
        } else if (line.incomplete() != null) {
            leftOut.add(
                    "line %d: %s; to send it, put in what is missing and remove the field incomplete"
                            .formatted(number, line.incomplete()));
        } else if (line.value().length > maxValueBytes) {
            throw new IllegalArgumentException(
                    "value: must have at most %,d bytes (max.request.size), had %,d"
                            .formatted(maxValueBytes, line.value().length));
        } else {
            requireUsable(line);
            whole.add(new Numbered(number, line));
        }
    }

    /** Otherwise the record would become a dead letter again. */
    private void requireUsable(MendedLine line) {
        boolean request = line.topic().equals(access.kafka().topics().requests());
        requireJson(request ? TopicRecords.REQUESTS : TopicRecords.FEEDBACK);
        Optional<String> error =
                request ? check.requestError(line.value()) : check.feedbackError(line.value());
        if (error.isPresent()) {
            throw new IllegalArgumentException(error.get());
        }
    }

    private void requireJson(String field) {
        String format = access.kafka().records().byField().get(field);
        if (format != null) {
            throw new IllegalArgumentException(
                    "topic: must have JSON to be mended, but %s is %s; send the record with a Kafka client of your own"
                            .formatted(TopicRecords.path(field), format));
        }
    }

    private void send(Iterable<String> topics) {
        try (RecordSender sender = access.sender(topics)) {
            List<Future<RecordMetadata>> sent =
                    whole.stream().map(record -> sender.send(record.line().toKafka())).toList();
            sender.flush();
            for (int i = 0; i < sent.size(); i++) {
                RecordSender.await(sent.get(i), "line " + whole.get(i).number());
            }
        }
    }
}
