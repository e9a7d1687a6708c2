package dev.messplus.cli;

import dev.messplus.job.config.KafkaSection;
import dev.messplus.local.run.Producer;
import dev.messplus.record.Feedback;
import dev.messplus.record.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mess feedback}. */
@Command(
        name = "feedback",
        mixinStandardHelpOptions = true,
        description = "Sends a label for an answer to a running job.")
final class FeedbackCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private KafkaOptions kafkaOptions;

    @Parameters(index = "0", paramLabel = "REQUEST_ID", description = "Id of the request.")
    private String requestId;

    @Parameters(index = "1", paramLabel = "MODEL", description = "Model that answered it.")
    private String model;

    @Parameters(
            index = "2",
            paramLabel = "SCORE",
            description = "Score of the answer, from 0 (useless) to 1 (correct).")
    private double score;

    @Option(
            names = "--sla",
            defaultValue = "gold",
            description = "SLA of the request (default: ${DEFAULT-VALUE}).")
    private String sla;

    @Option(
            names = "--source",
            defaultValue = "user",
            description = "Source of the label (default: ${DEFAULT-VALUE}).")
    private String source;

    @Override
    public Integer call() {
        if (!(score >= 0 && score <= 1)) {
            throw new IllegalArgumentException("SCORE: must be between 0 and 1, was " + score);
        }
        if (Feedback.SOURCES_OF_THE_JOB.contains(source)) {
            throw new IllegalArgumentException(
                    "--source: must not be %s, which only the job writes; say who rated, such as user"
                            .formatted(source));
        }
        KafkaSection kafka = kafkaOptions.kafka();
        Feedback feedback = Feedback.label(requestId, sla, model, score, source);
        try (Producer producer =
                new Producer(kafka.bootstrap(), kafka.topics().feedback(), kafka.properties())) {
            producer.send(requestId, Json.bytes(feedback));
            producer.flush();
        }
        spec.commandLine()
                .getOut()
                .printf(
                        "Sent the label %.3f for request %s and model %s%n",
                        score, requestId, model);
        return 0;
    }
}
