package dev.messplus.cli;

import dev.messplus.batch.Batch;
import dev.messplus.batch.BatchBuilder;
import dev.messplus.batch.BatchFigures;
import dev.messplus.batch.BatchOptions;
import dev.messplus.batch.file.BatchFiles;
import dev.messplus.batch.file.InputFile;
import dev.messplus.batch.kafka.JobTopics;
import dev.messplus.batch.line.LineFormats;
import dev.messplus.cli.kafka.KafkaAccess;
import dev.messplus.cli.records.BatchScreen;
import dev.messplus.job.config.TopicsSection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mess batch}. */
@Command(name = "batch")
final class BatchCommand extends MessCommand {

    @Mixin private KafkaOptions kafkaOptions;

    @Parameters(paramLabel = "FILE")
    private Path file;

    @Option(names = "--results", paramLabel = "FILE")
    private Path results;

    @Option(names = "--errors", paramLabel = "FILE")
    private Path errors;

    @Option(names = "--format", paramLabel = "FORMAT")
    private LineFormats format;

    @Option(names = "--sla", paramLabel = "NAME")
    private String sla;

    @Option(names = "--ordered")
    private boolean ordered;

    @Option(names = "--retry")
    private boolean retry;

    @Option(names = "--in-flight", paramLabel = "N", defaultValue = "0")
    private int inFlight;

    @Option(names = "--plain")
    private boolean plain;

    @Override
    public Integer call() throws IOException {
        if (!Files.exists(file)) {
            throw new IllegalArgumentException("FILE: " + file + " does not exist");
        }
        if (!Files.isReadable(file) || !Files.isRegularFile(file)) {
            throw new IllegalArgumentException(
                    "FILE: must be a file that can be read again, because a batch that is interrupted goes on in it; was "
                            + file);
        }
        if (inFlight < 0) {
            throw new IllegalArgumentException("--in-flight: must be at least 0, was " + inFlight);
        }
        kafkaOptions.requireTopics("batch", TopicRecords.REQUESTS, TopicRecords.RESPONSES);
        requireKnownSla();
        KafkaAccess access = kafkaOptions.access();
        TopicsSection topics = access.kafka().topics();
        access.requireTopics(List.of(topics.requests(), topics.responses()));
        BatchFiles files = BatchFiles.of(file, results, errors);
        BatchFigures figures = run(access, files);
        out().println(BatchScreen.summary(figures));
        out().printf("Results: %s%n", files.results());
        if (figures.errors() > 0) {
            out().printf("Errors:  %s%n", files.errors());
        }
        return figures.errors() == 0 ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private void hint() {
        err().printf("%nInterrupted. The same command goes on where it was.%n");
        err().flush();
    }

    private void requireKnownSla() {
        Set<String> slas = kafkaOptions.config().map(job -> job.slas().keySet()).orElse(null);
        if (sla != null && slas != null && !slas.contains(sla)) {
            throw new IllegalArgumentException(
                    "--sla: unknown '%s'; known are %s".formatted(sla, String.join(", ", slas)));
        }
    }

    private BatchFigures run(KafkaAccess access, BatchFiles files) throws IOException {
        try (BatchScreen screen = new BatchScreen(plain, System.err)) {
            Batch batch =
                    BatchBuilder.builder()
                            .input(new InputFile(file, kafkaOptions.maxValueBytes()))
                            .files(files)
                            .topics(new JobTopics(access.kafka()))
                            .check(kafkaOptions.check())
                            .options(BatchOptions.of(format, sla, inFlight, retry))
                            .listener(screen)
                            .build();
            Thread hint = new Thread(this::hint, "batch-hint");
            Runtime.getRuntime().addShutdownHook(hint);
            BatchFigures figures = batch.run();
            boolean unused = Runtime.getRuntime().removeShutdownHook(hint);
            if (ordered) {
                batch.sort();
            }
            if (screen.hasNothingToShow()) {
                out().println("This batch was complete before.");
            }
            return figures;
        }
    }
}
