package dev.messplus.cli;

import dev.messplus.job.config.KafkaSection;
import dev.messplus.local.run.Producer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mess produce}. */
@Command(
        name = "produce",
        mixinStandardHelpOptions = true,
        description = {
            "Sends requests to a running job.",
            "A line that starts with { is a request as JSON; any other line is a prompt."
        })
final class ProduceCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private KafkaOptions kafkaOptions;

    @Parameters(
            paramLabel = "FILE",
            description = "File with one request per line; - for standard input.")
    private Path file;

    @Option(
            names = "--sla",
            defaultValue = "gold",
            description = "SLA of the requests that do not name one (default: ${DEFAULT-VALUE}).")
    private String sla;

    @Override
    public Integer call() throws IOException {
        KafkaSection kafka = kafkaOptions.kafka();
        long sent = 0;
        try (BufferedReader lines = open();
                Producer producer =
                        new Producer(
                                kafka.bootstrap(), kafka.topics().requests(), kafka.properties())) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isBlank()) {
                    RequestLine request = RequestLine.of(line, sla, sent + 1);
                    producer.send(request.id(), request.json().getBytes(StandardCharsets.UTF_8));
                    sent++;
                }
            }
            producer.flush();
        }
        PrintWriter out = spec.commandLine().getOut();
        out.printf("Sent %d requests to %s%n", sent, kafka.topics().requests());
        return 0;
    }

    private BufferedReader open() throws IOException {
        if (file.toString().equals("-")) {
            return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        }
        if (!Files.isReadable(file)) {
            throw new IllegalArgumentException("FILE: must be a readable file, was " + file);
        }
        return Files.newBufferedReader(file);
    }
}
