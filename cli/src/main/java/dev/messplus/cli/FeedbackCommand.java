package dev.messplus.cli;

import dev.messplus.cli.kafka.KafkaAccess;
import dev.messplus.cli.kafka.RecordSender;
import dev.messplus.job.config.MessConfig;
import dev.messplus.record.JobFeedback;
import dev.messplus.record.Json;
import dev.messplus.record.Label;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mess feedback}. */
@Command(name = "feedback")
final class FeedbackCommand extends MessCommand {

    @Mixin private KafkaOptions kafkaOptions;

    @Parameters(index = "0", paramLabel = "REQUEST_ID")
    private String requestId;

    @Parameters(index = "1", paramLabel = "MODEL")
    private String model;

    @Parameters(index = "2", paramLabel = "SCORE")
    private double score;

    @Option(names = "--sla", defaultValue = "gold")
    private String sla;

    @Option(names = "--source", defaultValue = "user")
    private String source;

    @Override
    public Integer call() {
        if (!(score >= 0 && score <= 1)) {
            throw new IllegalArgumentException("SCORE: must be between 0 and 1, was " + score);
        }
        if (JobFeedback.SOURCES.contains(source)) {
            throw new IllegalArgumentException(
                    "--source: must not be %s, which only the job writes; say who rated, such as user"
                            .formatted(source));
        }
        kafkaOptions.requireTopics("feedback", TopicRecords.FEEDBACK);
        kafkaOptions.config().ifPresent(this::requireKnown);
        KafkaAccess access = kafkaOptions.access();
        String topic = access.kafka().topics().feedback();
        Label label = new Label(requestId, sla, model, score, source);
        try (RecordSender sender = access.sender(List.of(topic))) {
            byte[] key = requestId.getBytes(StandardCharsets.UTF_8);
            Future<RecordMetadata> sent =
                    sender.send(new ProducerRecord<>(topic, key, Json.bytes(label)));
            sender.flush();
            RecordSender.await(sent, "the label");
        }
        PrintWriter out = out();
        out.printf(
                "Sent the label %.3f for request %s and model %s to %s%n",
                score, requestId, model, topic);
        out.printf(
                "If %s waits for a label of %s, 'awaiting label' of ./mess status falls by one%n"
                        + "If not, the label changes nothing; ./mess status counts labels that fit no answer%n",
                requestId, model);
        return 0;
    }

    /** The job would make a dead letter of it. */
    private void requireKnown(MessConfig config) {
        requireKnown("MODEL", model, config.zoo().keySet());
        requireKnown("--sla", sla, config.slas().keySet());
    }

    private static void requireKnown(String option, String name, Set<String> known) {
        if (!known.contains(name)) {
            throw new IllegalArgumentException(
                    "%s: unknown %s; known are %s"
                            .formatted(option, name, String.join(", ", known)));
        }
    }
}
