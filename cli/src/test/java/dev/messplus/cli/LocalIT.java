package dev.messplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.local.report.RecordedPrompt;
import dev.messplus.local.report.ReferencePass;
import dev.messplus.local.run.LocalOptions;
import dev.messplus.local.run.LocalOptionsBuilder;
import dev.messplus.local.run.LocalRunner;
import dev.messplus.local.run.PromptFile;
import dev.messplus.minicluster.Ports;
import dev.messplus.replay.outcome.OutcomeReader;
import dev.messplus.replay.outcome.OutcomeTable;
import dev.messplus.testkit.FaultyModels;
import dev.messplus.testkit.TestRequest;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run of {@code mess local} with a few prompts. */
class LocalIT {

    @Test
    void answersEveryPromptComparesAndReports(@TempDir Path folder) throws Exception {
        ByteArrayOutputStream console = new ByteArrayOutputStream();
        LocalOptions options =
                LocalOptionsBuilder.builder()
                        .requests(60)
                        .alpha(0.6)
                        // Some must be decided when answers are known.
                        .rate(10)
                        .sla("gold")
                        .seed(7)
                        .wattsPerCore(10)
                        .out(folder)
                        .warmStart(true)
                        .plain(true)
                        .build();

        boolean answered =
                new LocalRunner(
                                options,
                                new LocalReplays(),
                                new PrintStream(console, true, StandardCharsets.UTF_8))
                        .run();

        String text = console.toString(StandardCharsets.UTF_8);
        assertThat(answered).as(text).isTrue();
        assertThat(text)
                .contains(
                        "http://127.0.0.1:", "gold  60/60", "reference  60/60", "gold-warm  60/60")
                .contains(
                        "mess+ (warm start)",
                        "always calculator",
                        "always large",
                        "best split by kind",
                        "mess+ (scores come later)",
                        "mess+ (later, 5 passes)")
                .contains("random with constraint", "best static mix", "LinUCB", "RouteLLM")
                .contains("kind of prompt", "definition", "arithmetic")
                .containsPattern("  energy (RAPL, measured|CPU time .* \\(estimated\\); RAPL: )")
                .containsPattern("Of \\S+ J per request.* served answers, .* explored");
        Path report = only(folder, "report.html");
        assertThat(text).contains(report.toUri().toString());
        assertThat(Files.readString(report)).contains("was chosen over");
        OutcomeTable outcomes = OutcomeReader.read(only(folder, "outcomes.csv"));
        assertThat(outcomes.models()).containsExactly("trigram", "calculator", "small", "large");
        assertThat(outcomes.rows()).hasSize(60);
    }

    @Test
    void yourModelsAndYourPromptsAreComparedAtAPromiseThatTheyCanKeep(@TempDir Path folder)
            throws Exception {
        ByteArrayOutputStream console = new ByteArrayOutputStream();
        try (FaultyModels models = new FaultyModels(Ports.free(), 1)) {
            Path zoo = folder.resolve("zoo.yaml");
            Files.writeString(
                    zoo,
                    """
                    zoo:
                      small: { url: "%1$s", model: small,
                               energy: { source: constant, joulesPerRequest: 1 } }
                      large: { url: "%1$s", model: large,
                               energy: { source: constant, joulesPerRequest: 10 } }
                    """
                            .formatted(models.url()));
            Path prompts = folder.resolve("prompts.jsonl");
            Files.write(
                    prompts,
                    IntStream.range(0, 40)
                            .mapToObj(i -> TestRequest.easyOrHard(i).json())
                            .toList());
            LocalOptions options =
                    LocalOptionsBuilder.builder()
                            .requests(40)
                            .alpha(Double.NaN)
                            .sla("gold")
                            .zoo(zoo)
                            .prompts(PromptFile.read(prompts, zoo))
                            .wattsPerCore(10)
                            .out(folder)
                            .plain(true)
                            .build();

            assertThat(
                            new LocalRunner(
                                            options,
                                            new LocalReplays(),
                                            new PrintStream(console, true, StandardCharsets.UTF_8))
                                    .run())
                    .as(console.toString(StandardCharsets.UTF_8))
                    .isTrue();
        }

        assertThat(console.toString(StandardCharsets.UTF_8))
                .containsSubsequence(
                        "First, every model answers every prompt",
                        "reference  40/40",
                        "half way between small, the cheapest model, and large, the most accurate",
                        "gold  40/40",
                        "best static mix (hindsight)");
        assertThat(OutcomeReader.read(only(folder, "outcomes.csv")).rows()).hasSize(40);
    }

    @Test
    void outcomesThatAreNotCompleteAreNotRecorded(@TempDir Path folder) throws Exception {
        Path table = folder.resolve("outcomes.csv");
        new LocalReplays()
                .write(
                        table,
                        new ReferencePass(
                                "a test",
                                List.of("small", "large"),
                                List.of(
                                        recorded("a", 1, 5),
                                        recorded("b", Double.NaN, 5),
                                        recorded("c", 0, Double.NaN))));

        OutcomeTable read = OutcomeReader.read(table);
        assertThat(read.rows()).hasSize(1);
        assertThat(read.rows().get(0).text()).isEqualTo("Which of \"these\",\nA) a, b");
        assertThat(read.rows().get(0).answers().scores()).containsExactly(1, 0.5);
        assertThat(read.rows().get(0).answers().joules()).containsExactly(5, 50);
    }

    private static RecordedPrompt recorded(String id, double score, double joules) {
        return new RecordedPrompt(
                id,
                "words",
                "Which of \"these\",\nA) a, b",
                new double[] {score, 0.5},
                new double[] {joules, 50});
    }

    private static Path only(Path folder, String name) throws Exception {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> found = files.filter(file -> file.endsWith(name)).toList();
            assertThat(found).hasSize(1);
            return found.get(0);
        }
    }
}
