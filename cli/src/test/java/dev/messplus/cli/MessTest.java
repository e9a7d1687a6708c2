package dev.messplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.cli.rest.JobStart;
import dev.messplus.job.fixture.TestConfig;
import dev.messplus.minicluster.Ports;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The output and exit codes of the command, as far as no broker or cluster is needed. */
class MessTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void helpNamesEveryCommand() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString())
                .contains("local", "produce", "responses", "feedback", "dead-letters", "replay")
                .contains("kafka", "cluster", "submit", "status", "top", "stop")
                .contains("explain");
    }

    @Test
    void theHelpOfSubmitShowsHowVariablesAreWritten() {
        assertThat(run("submit", "--help")).isZero();
        assertThat(out.toString()).contains("${env:NAME}").doesNotContain("null");
    }

    @Test
    void theHelpOfReplaySaysWhichRuleSettingsApplyTo() {
        assertThat(run("replay", "--help")).isZero();
        assertThat(out.toString().replaceAll("\\s+", " "))
                .contains("such as window=500, tolerance=0.01 or, for paper, V=0.1")
                .contains("apply to stream if it is among --policies, or else to paper");
    }

    @Test
    void theHelpOfReplaySaysHowOftenUsersRate() {
        assertThat(run("replay", "--help")).isZero();
        assertThat(out.toString().replaceAll("\\s+", " "))
                .contains("users rate 40% of the served answers that score less than 0.5")
                .contains(
                        "50% of the served answers that score at least 0.5, and 5% of the others");
    }

    @Test
    void aMisspeltOptionDoesNotPrintAllOfTheHelp() {
        assertThat(run("produce", "--slaa", "gold", "-")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString())
                .contains("Unknown option", "--slaa", "See ./mess produce --help")
                .doesNotContain("Sends requests to a running job");
    }

    @Test
    void aStoppedJobIsResumedAsItWasStarted() {
        assertThat(
                        StopCommand.resumeCommand(
                                "http://flink:8081",
                                "s3://a/savepoint-1",
                                new JobStart("prod/mess.yaml", List.of(), "mess+", 2, true)))
                .isEqualTo(
                        "./mess submit --url http://flink:8081 --config prod/mess.yaml --parallelism 2"
                                + " --bounded --from-savepoint s3://a/savepoint-1");
    }

    @Test
    void aCancelledJobSaysWhereItsCheckpointIs() {
        JobStart start = new JobStart("mess.yaml", List.of(), "mess+", -1, false);
        assertThat(
                        StopCommand.cancelled(
                                "http://flink:8081", Optional.of("file:/checkpoints/chk-7"), start))
                .isEqualTo(
                        "Cancelled. To resume from the last checkpoint:%n%n    ./mess submit --url http://flink:8081 --config mess.yaml --from-savepoint file:/checkpoints/chk-7"
                                .formatted());
        assertThat(StopCommand.cancelled("http://flink:8081", Optional.empty(), start))
                .isEqualTo("Cancelled. The job had no checkpoint, so its state is lost.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "local --requests 0 | --requests: must be at least 1, was 0",
                "local --alpha 1.5 | --alpha: must be between 0 and 1, was 1.5",
                "local --V 1 | Unknown options: '--V', '1'",
                "local --sla reference | --sla: must not be reference",
                "local --watts-per-core 0 | --watts-per-core: must be above 0",
                "local --zoo /no/such/file | file: cannot be read",
                "feedback r1 small 1.2 | SCORE: must be between 0 and 1, was 1.2",
                "feedback r1 small 1 --source meter | --source: must not be meter, which only the job writes; say who rated, such as user",
                "feedback r1 small 1 --source scorer | --source: must not be scorer",
                "feedback r1 small good | 'good' is not a double",
                "responses --limit 0 | --limit: must be at least 1, was 0",
                "responses --since yesterday | must be like 30m, 2h, 3d or 2026-01-31T12:00:00Z, was yesterday",
                "responses --since 1h --limit 5 | mutually exclusive",
                "dead-letters --dry-run | --dry-run: needs --resend FILE",
                "dead-letters --resend /no/such/file | --resend: must be a readable file, was /no/such/file",
                "produce /no/such/file | FILE: must be a readable file, was /no/such/file",
                "batch /no/such/file | FILE: /no/such/file does not exist",
                "batch . | FILE: must be a file that can be read again, because a batch that is interrupted goes on in it; was .",
                "batch pom.xml --in-flight -1 | --in-flight: must be at least 0, was -1",
                "batch pom.xml --format csv | expected one of [OPENAI, REQUESTS, PROMPTS]",
                "serve --config x --port 70000 | --port: must be 0 to 65535, was 70000",
                "serve --config x --timeout 0 | --timeout: must be 1 to 86400, was 0.0",
                "serve --config x --host 0.0.0.0 | --keys: is missing; without it, anybody who reaches 0.0.0.0 could send requests",
                "serve --config x --tls-key pom.xml | --tls-certificate, --tls-key: must be set together",
                "serve --config x --keys /no/such/file | --keys: cannot read /no/such/file",
                "replay --alpha .6 | --data: must name a CSV file",
                "replay --data x.csv | --alpha: must be given",
                "replay --data x.csv --alpha 1.5 | --alpha: must be between 0 and 1, was 1.5",
                "replay --data x.csv --alpha .6,x | 'x' is not a double",
                "replay --data x.csv --alpha .6 --in-flight -1 | --in-flight: must be at least 0, was -1",
                "replay --data x.csv --alpha .6 --feedback-rate 2 | --feedback-rate: must be between 0 and 1, was 2.0",
                "replay --data x.csv --alpha .6 --joules-after -1 | --joules-after: must be at least 0, was -1",
                "replay --data x.csv --alpha .6 --raters happy | --raters: must be all with --labels scorer, was happy; users need --labels later",
                "replay --data x.csv --alpha .6 --labels never | expected one of [SCORER, LATER]",
                "replay --data x.csv --alpha .6 --delay long | expected one of [FIXED, RANDOM]",
                "replay --data x.csv --alpha .6 --drift up | expected one of [NONE, WORSE, BETTER, OUTAGE]",
                "replay --data x.csv --alpha .6 --passes 0 | --passes: must be at least 1, was 0",
                "replay --data x.csv --alpha .6 --seeds 0 | --seeds: must be at least 1, was 0",
                "replay --data x.csv --alpha .6 --rows 0 | --rows: must be at least 1, was 0",
                "replay --data x.csv --alpha .6 --set window=5 | window: must be at least 64, was 5",
                "replay --data x.csv --alpha .6 --set colour=red | --set colour: is not a setting of an SLA",
                "replay --data x.csv --alpha .6 --policies best | --policies: must be among stream, paper, paper-best, always, random, single, static, clairvoyant, fixed-price, mess-2025",
                "replay --data x.csv --alpha .6 --policies fixed-price | --policies: fixed-price needs --warm-rows",
                "replay --data x.csv --alpha .6 --order alphabetical | expected one of [RANDOM, FILE, KIND]",
                "replay --data x.csv --alpha .6 --policies paper --set V=cheap | --set V: is not a setting of an SLA, or must not be cheap",
                "replay --data x.csv --alpha .6 --set seed=9 | --set seed: is not for --set",
                "replay --data x.csv --alpha .6 --policies random,static --set V=1 | --set: applies to stream, or else to paper, but --policies has neither",
                "replay --data x.csv --alpha .6 --set V | --set: must be NAME=VALUE, was V",
                "replay --data x.csv --alpha .6 --set V=1 --set V=2 | --set V: must be given once, was given twice",
                "replay --data x.csv --alpha .6 --shuffle | Unknown option: '--shuffle'",
                "replay --data x.csv --alpha .6 --order file --order kind | option '--order' (ORDER) should be specified only once",
                "replay --data x.csv --alpha .6 --warm-rows -1 | --warm-rows: must be at least 0, was -1",
                "replay --data x.csv --alpha .6 --warm-rows 9 --warm-weight 0 | --warm-weight: must be at least 1, was 0",
                "replay --data x.csv --alpha .6 --warm-rows 9 --warm-start x | --warm-rows: must not be given with --warm-start; drop one of them",
                "replay --data x.csv --alpha .6 --warm-rows 9 --passes 2 | --passes: must be 1 with --warm-rows, was 2",
                "replay --data x.csv --zoos 0 | --zoos: must be at least 1, was 0",
                "replay --data x.csv --zoos 2 --alpha .6 --steep | --alpha, --steep: has no effect with --zoos; remove it",
                "replay --data x.csv --zoos 2 --servers x.yaml | --servers: has no effect with --zoos; remove it",
                "replay --poster --json x.json | --json: needs --data",
                "replay --poster --html x.html | --html: needs --data",
                "cluster --task-managers 0 | --task-managers: must be at least 1, was 0",
                "cluster --slots 0 | --slots: must be at least 1, was 0",
                "top --interval 0 | --interval: must be at least 0.1, was 0.0",
                "top --url localhost:8081 | --url: must be like http://localhost:8081, was localhost:8081",
                "explain | Missing required parameter: 'ID'",
                "explain 42 --since yesterday | must be like 30m, 2h, 3d or 2026-01-31T12:00:00Z, was yesterday",
                "submit | Missing required option: '--config=FILE'",
                "submit --config /no/such/file | --config: /no/such/file does not exist",
                "status --url localhost:8081 | --url: must be like http://localhost:8081, was localhost:8081",
                "status --url ftp://localhost:8081 | --url: must be like http://localhost:8081",
                "stop --savepoint-dir /x --cancel | mutually exclusive",
                "stop --cancel --finish-calls | mutually exclusive",
                "stop --finish-within 0 | --finish-within: must be between 1 and 3600, was 0",
                "replay --data /no/such/file --alpha .6 | file: cannot be read",
            })
    void errorsNameTheValueAndTheRule(String command, String message, @TempDir Path folder) {
        String full = command.startsWith("local") ? command + " --out " + folder : command;
        assertThat(run(full.split(" "))).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).contains(message.strip());
    }

    /** Without a broker: nothing is sent before. */
    @ParameterizedTest
    @CsvSource({
        "produce -, requests",
        "batch pom.xml, requests responses",
        "serve, requests responses feedback",
        "responses, responses",
        "explain 42, responses",
        "feedback r1 small 1, feedback",
    })
    void aCommandThatHasOnlyJsonRefusesOtherRecords(
            String command, String fields, @TempDir Path folder) throws Exception {
        TestConfig job = TestConfig.withDefaultTopics().bootstrap("127.0.0.1:1");
        for (String field : fields.split(" ")) {
            job.set("kafka.records." + field, "com.acme.Format");
        }
        Path config = Files.writeString(folder.resolve("mess.yaml"), job.yaml());
        String[] words = (command + " --config " + config).split(" ");

        assertThat(run(words)).isEqualTo(CommandLine.ExitCode.USAGE);
        for (String field : fields.split(" ")) {
            assertThat(err.toString())
                    .contains(
                            "  kafka.records.%s: must not be set for mess %s, which has only JSON, was com.acme.Format; use a Kafka client of your own"
                                    .formatted(field, words[0]));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "produce -, requests",
        "batch pom.xml, requests responses",
        "serve, requests responses",
        "responses, responses",
        "explain 42, responses",
    })
    void aCommandThatUsesATopicRefusesAJobWithoutIt(
            String command, String sections, @TempDir Path folder) throws Exception {
        TestConfig job = TestConfig.withDefaultTopics().bootstrap("127.0.0.1:1");
        for (String section : sections.split(" ")) {
            job.set(section + ".files.path", folder.toString());
        }
        Path config = Files.writeString(folder.resolve("mess.yaml"), job.yaml());
        String[] words = (command + " --config " + config).split(" ");

        assertThat(run(words)).isEqualTo(CommandLine.ExitCode.USAGE);
        for (String section : sections.split(" ")) {
            assertThat(err.toString())
                    .contains(
                            "  %s: must not be set for mess %s, which uses their topic; it is for jobs without this section"
                                    .formatted(section, words[0]));
        }
    }

    @Test
    void recordsThatAreNotJsonAreNotSentAgain(@TempDir Path folder) throws Exception {
        TestConfig job =
                TestConfig.withDefaultTopics()
                        .bootstrap("127.0.0.1:1")
                        .set("kafka.records.requests", "com.acme.Format");
        Path config = Files.writeString(folder.resolve("mess.yaml"), job.yaml());
        Path letters =
                Files.writeString(
                        folder.resolve("letters"),
                        "{\"topic\":\"mess.requests\",\"value\":{\"sla\":\"gold\",\"prompt\":\"p\"}}");

        assertThat(
                        run(
                                "dead-letters",
                                "--resend",
                                letters.toString(),
                                "--config",
                                config.toString()))
                .isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString())
                .contains(
                        "line 1: topic: must have JSON to be mended, but kafka.records.requests is com.acme.Format; send the record with a Kafka client of your own");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "replay --data x.csv --seed 5 | --seeds",
                "replay --data x.csv --policy stream | --policies",
                "status --jsn | --json",
            })
    void anUnknownOptionSuggestsTheOneThatIsMeant(String command, String suggestion) {
        assertThat(run(command.split(" "))).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString())
                .contains("Unknown option", "Possible solutions:")
                .contains(suggestion.strip());
    }

    @Test
    void aZooFileMustHaveAZoo(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("zoo.yaml"), "models: {}");
        assertThat(run("local", "--zoo", file.toString(), "--out", folder.toString()))
                .isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).contains("zoo: is missing");
    }

    @Test
    void aMistakeInAZooFileNamesTheFile(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("zoo.yaml"), "zoo: { a: { model: a } }");
        assertThat(run("local", "--zoo", file.toString(), "--out", folder.toString()))
                .isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).startsWith(file + " has").contains("zoo.a.url: is missing");
    }

    @Test
    void aLocalRunWithoutItsServersIsRefused(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("zoo.yaml"), zoo(Ports.free()));
        assertThat(run("local", "--zoo", file.toString(), "--out", folder.toString()))
                .isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString())
                .contains("zoo.a.url: nothing answers at http://127.0.0.1:", "--skip-probe");
        assertThat(folder).isDirectoryNotContaining("glob:**/20*");
    }

    @Test
    void aSubmissionWarnsOfServersThatThisMachineDoesNotReach(@TempDir Path folder)
            throws Exception {
        submitWithBroker("127.0.0.1:" + Ports.free(), folder);
        assertThat(err.toString().lines())
                .satisfiesExactly(
                        line ->
                                assertThat(line)
                                        .startsWith(
                                                "Warning: from this machine, kafka.bootstrap: cannot reach Kafka at "),
                        line ->
                                assertThat(line)
                                        .startsWith(
                                                "Warning: from this machine, zoo.a.url: nothing answers at http://"),
                        line -> assertThat(line).contains("no Flink cluster answers there"));
    }

    @Test
    void aBrokerThatOnlyTheClusterKnowsIsNotAskedForByASubmission(@TempDir Path folder)
            throws Exception {
        submitWithBroker("${env:NO_SUCH_BROKER}", folder);
        assertThat(err.toString())
                .doesNotContain("kafka.bootstrap")
                .contains("no Flink cluster answers there");
    }

    /** Submits to a cluster that is not there. */
    private void submitWithBroker(String bootstrap, Path folder) throws Exception {
        Path config =
                Files.writeString(
                        folder.resolve("mess.yaml"),
                        zoo(Ports.free())
                                + "kafka: { bootstrap: \"%s\" }\n".formatted(bootstrap)
                                + "slas: { gold: { alpha: 0.7 } }\n");
        run("submit", "--config", config.toString(), "--url", "http://127.0.0.1:" + Ports.free());
    }

    private static String zoo(int port) {
        return """
        zoo:
          a: { url: "http://127.0.0.1:%d/v1", model: a,
               energy: { source: constant, joulesPerRequest: 1 } }
        """
                .formatted(port);
    }

    @Test
    void aConfigurationIsValidatedBeforeItIsSent(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("mess.yaml"), "slas: { gold: { alpha: 2 } }");
        assertThat(run("submit", "--config", file.toString()))
                .isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString())
                .contains(
                        "mess.yaml has 3 errors",
                        "slas.gold.alpha: must be between 0 and 1, was 2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "top"})
    void aClusterThatIsNotThereIsReportedWithoutAStackTrace(String command) throws Exception {
        assertThat(run(command, "--url", "http://127.0.0.1:" + Ports.free()))
                .isEqualTo(CommandLine.ExitCode.SOFTWARE);
        assertThat(err.toString())
                .contains("no Flink cluster answers there (Connection refused")
                .doesNotContain("\tat ");
    }

    @Test
    void replaysATable(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("tiny.csv"), outcomes(200));
        Path json = folder.resolve("out/replay.json");
        Path html = folder.resolve("out/replay.html");
        assertThat(
                        run(
                                "replay",
                                "--data",
                                file.toString(),
                                "--alpha",
                                "0.7,0.8",
                                "--in-flight",
                                "0,8",
                                "--seeds",
                                "2",
                                "--policies",
                                "stream,static",
                                "--labels",
                                "later",
                                "--permute",
                                "--embedding",
                                "hashing",
                                "--cache",
                                folder.resolve("cache").toString(),
                                "--json",
                                json.toString(),
                                "--html",
                                html.toString(),
                                "--plain"))
                .isZero();
        assertThat(out.toString())
                .startsWith("tiny.csv: 200 requests, 2 models")
                .contains("alpha 0.7, 0 in flight", "alpha 0.8, 8 in flight", "mess+ (stream)")
                .contains("labels: later, joules with the labels", "Over 2 orders of the zoo")
                .doesNotContain("always");
        assertThat(json).content().contains("\"energyVsStaticMix\" :");
        assertThat(html).content().contains("mess+ (stream)");
        assertThat(folder.resolve("cache")).isDirectoryContaining("glob:**.features");
    }

    @Test
    void replaysATableOnSimulatedServers(@TempDir Path folder) throws Exception {
        Path data = Files.writeString(folder.resolve("tiny.csv"), outcomes(200));
        Path json = folder.resolve("out/replay.json");
        Path html = folder.resolve("out/replay.html");
        Path servers = folder.resolve("servers.yaml");
        Files.writeString(
                servers,
                """
                models:
                  small: { preset: 8b-on-h100 }
                  large: { preset: 14b-on-h100 }
                arrivals:
                  poisson: { perSecond: 5 }
                requests: 500
                """);
        String replay =
                "replay --data %s --alpha 0.7 --embedding hashing --cache %s --plain --servers %s"
                        .formatted(data, folder.resolve("cache"), servers);
        String files = " --seeds 2 --json %s --html %s".formatted(json, html);
        assertThat(run((replay + files).split(" "))).isZero();
        assertThat(out.toString())
                .startsWith("tiny.csv on the servers of servers.yaml: ")
                .contains("requests in 100 s, 2 models", "alpha 0.7", "mess+ (stream)");
        assertThat(json).content().contains("\"waitP99Seconds\" :");
        assertThat(html).content().contains("best static mix");

        assertThat(run((replay + " --in-flight 4 --drift worse").split(" ")))
                .isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString())
                .contains("--in-flight, --drift: has no effect with --servers; remove it");

        Files.writeString(servers, "models: { medium: { preset: 8b } }\narrivals: {}");
        assertThat(run(replay.split(" "))).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString())
                .contains(
                        "servers.yaml has 3 errors",
                        "models.medium: is not in the table, which has small, large",
                        "models.medium.preset: must be one of 8b-on-h100, ",
                        "arrivals: must have one of poisson, bursts and day, had none");
    }

    @Test
    void replaysRandomZoosOnThePromptsOfATable(@TempDir Path folder) throws Exception {
        Path data = Files.writeString(folder.resolve("tiny.csv"), outcomes(200));
        Path json = folder.resolve("out/replay.json");
        Path html = folder.resolve("out/replay.html");
        String replay =
                "replay --data %s --zoos 2 --embedding hashing --cache %s --plain"
                        .formatted(data, folder.resolve("cache"));
        String options =
                " --labels later --in-flight 0,8 --order kind --passes 2 --seeds 1 --policies stream";
        String files = " --json %s --html %s".formatted(json, html);
        assertThat(run((replay + options + files).split(" "))).isZero();
        assertThat(out.toString())
                .startsWith("2 random zoos on the prompts of tiny.csv: 400 requests; kind order")
                .contains("mess+ (stream)", "labels: later");
        assertThat(json).content().contains("\"priceRange\" :");
        assertThat(html).content().contains("Over the zoos");
    }

    @Test
    void aReplayWritesTheFeaturesOfEachRow(@TempDir Path folder) throws Exception {
        Path data = Files.writeString(folder.resolve("tiny.csv"), outcomes(3));
        Path features = folder.resolve("features.csv");
        String replay =
                "replay --data %s --embedding hashing --cache %s --plain --write-features %s"
                        .formatted(data, folder.resolve("cache"), features);
        assertThat(run(replay.split(" "))).isZero();
        assertThat(out.toString()).isEmpty();
        assertThat(Files.readAllLines(features)).hasSize(3);
        assertThat(run((replay + " --alpha 0.7 --policies static").split(" "))).isZero();
        assertThat(out.toString()).startsWith("tiny.csv: 3 requests");
    }

    @Test
    void whatAReplaySavesIsWhatAnSlaBeginsWith(@TempDir Path folder) throws Exception {
        Path data = Files.writeString(folder.resolve("tiny.csv"), outcomes(200));
        Path beliefs = folder.resolve("beliefs.json");
        String replay =
                "replay --data %s --embedding hashing --cache %s --plain"
                        .formatted(data, folder.resolve("cache"));
        assertThat(run((replay + " --save " + beliefs).split(" "))).isZero();
        assertThat(out.toString())
                .isEqualTo("Wrote what 200 rows say of small, large to %s%n".formatted(beliefs));

        String warm = " --alpha 0.7 --seeds 1 --policies stream --warm-start " + beliefs;
        assertThat(run((replay + warm).split(" "))).isZero();
        assertThat(out.toString()).contains("warm start: beliefs.json as 500 rows");
        assertThat(run((replay + warm + " --models large --steep").split(" "))).isZero();

        Path config =
                Files.writeString(
                        folder.resolve("mess.yaml"),
                        """
                        kafka: { bootstrap: "localhost:9092" }
                        embedding: { model: hashing }
                        zoo:
                          large: { url: "http://one:8001/v1", model: large,
                                   energy: { source: constant, joulesPerRequest: 1 } }
                        slas:
                          gold: { alpha: 0.75, warmStart: { file: beliefs.json } }
                        """);
        String submit = "submit --config %s --url http://127.0.0.1:%d";
        run(submit.formatted(config, Ports.free()).split(" "));
        assertThat(out.toString())
                .contains("gold begins with 200 rows of beliefs.json; not in the zoo: small")
                .contains("gold: in the recorded rows, large alone scores ")
                .doesNotContain("the best of all answers");
    }

    @ParameterizedTest
    @CsvSource({"0.8, ''", "0.81, before_serving", "0.81, after_serving"})
    void anSlaAboveWhatItsModelsAreExpectedToScoreIsWarnedOf(
            double alpha, String when, @TempDir Path folder) throws Exception {
        Path config =
                Files.writeString(
                        folder.resolve("mess.yaml"),
                        """
                        kafka: { bootstrap: "localhost:9092" }
                        embedding: { model: hashing }
                        zoo:
                          small: { url: "http://one:8001/v1", model: small, expectedScore: 0.6,
                                   energy: { source: constant, joulesPerRequest: 1 } }
                          large: { url: "http://one:8001/v1", model: large, expectedScore: 0.8,
                                   energy: { source: constant, joulesPerRequest: 9 } }
                        scorers: { same: { source: http, url: "http://one:9000" } }
                        slas:
                          gold: { alpha: %s%s }
                        """
                                .formatted(
                                        alpha,
                                        when.isEmpty()
                                                ? ""
                                                : ", scoring: { scorer: same, when: %s }"
                                                        .formatted(when)));
        String submit = "submit --config %s --skip-probe --url http://127.0.0.1:%d";
        run(submit.formatted(config, Ports.free()).split(" "));
        assertThat(out.toString()).contains("gold: by expectedScore, large alone scores 0.800");
        String warning =
                "gold: alpha 0.810 is above what large alone scores by expectedScore; lower alpha";
        if (when.equals("after_serving")) {
            assertThat(err.toString()).contains(warning);
        } else {
            assertThat(err.toString()).doesNotContain("is above what");
        }
    }

    @Test
    void aReplayRefusesWhatAnotherEmbeddingSaved(@TempDir Path folder) throws Exception {
        Path data = Files.writeString(folder.resolve("tiny.csv"), outcomes(200));
        Path beliefs = folder.resolve("beliefs.json");
        String replay =
                "replay --data %s --alpha 0.7 --embedding hashing --cache %s --warm-start %s"
                        .formatted(data, folder.resolve("cache"), beliefs);
        Files.writeString(
                beliefs,
                "{\"format\":2,\"embedding\":\"other/1\",\"weight\":1,\"prompts\":[],\"models\":{}}");
        assertThat(run(replay.split(" "))).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString())
                .contains(
                        "--warm-start: has features of other/1, but the replay has those of hashing/");
    }

    private static String outcomes(int rows) {
        StringBuilder csv =
                new StringBuilder(
                        "doc_id,input_text,benchmark_name,label_small,energy_consumption_small,label_large,energy_consumption_large\n");
        for (int i = 0; i < rows; i++) {
            csv.append(
                    "%d,question %d,%s,%d,1,1,10\n".formatted(i, i, i % 2 == 0 ? "a" : "b", i % 2));
        }
        return csv.toString();
    }

    private int run(String... args) {
        return Mess.command()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(args);
    }
}
