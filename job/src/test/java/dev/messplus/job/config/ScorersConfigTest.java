package dev.messplus.job.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.messplus.core.LabelSource;
import dev.messplus.core.stream.StreamRule;
import dev.messplus.score.SlaScoring;
import dev.messplus.score.SlaScoring.When;
import dev.messplus.score.check.JsonSchemaCheck;
import dev.messplus.score.combine.MinimumScore;
import dev.messplus.score.http.HttpScorer;
import dev.messplus.score.judge.Judge;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScorersConfigTest {

    private static final String FILE =
            """
            kafka: { bootstrap: "localhost:9092" }
            zoo:
              small: { url: "http://localhost:1/v1", model: m, energy: { source: constant, joulesPerRequest: 1 } }
            judges:
              grader: { url: "http://localhost:2/v1", model: m, energy: { source: constant, joulesPerRequest: 1 } }
            scorers:
              valid: { source: json_schema, schema: { type: object } }
              fits: { source: length, maxChars: 100 }
              service: { source: http, url: "http://localhost:3/score", apiKey: "${env:KEY}" }
              judge: { source: judge, model: grader }
              both: { source: minimum, of: [valid, judge] }
              mean: { source: weighted, weights: { fits: 1, both: 2.5 } }
            slas:
              gold: { alpha: 0.8, scoring: { scorer: both } }
              silver: { alpha: 0.7, scoring: { scorer: mean, share: 0.1, when: after_serving } }
              bronze: { alpha: 0.6 }
            """;

    private static MessConfig parse(String file) {
        return new ConfigLoader(Map.of("KEY", "s3cret")).parse("mess.yaml", file);
    }

    private static void assertError(String from, String to, String error) {
        assertThat(FILE).contains(from);
        assertThatThrownBy(() -> parse(FILE.replace(from, to)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(error);
    }

    /** It would have nothing to say of any answer. */
    @Test
    void aConfidenceNeedsLogProbabilities() {
        String sure =
                FILE.replace(
                        "fits: { source: length, maxChars: 100 }", "fits: { source: confidence }");
        assertThatThrownBy(() -> parse(sure))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(
                        "slas.silver.params.logprobs: must be true with scorer mean, which reads log probabilities; add params: { logprobs: true }");
        parse(sure.replace("{ alpha: 0.7,", "{ alpha: 0.7, params: { logprobs: true },"));
        parse(
                sure.replace(
                        "model: m, energy: { source: constant, joulesPerRequest: 1 } }\njudges",
                        "model: m, params: { logprobs: true }, energy: { source: constant, joulesPerRequest: 1 } }\njudges"));
    }

    @Test
    void scorersHaveTheirSettingsAndDefaults() {
        MessConfig config = parse(FILE);

        assertThat(config.scorersByName().keySet())
                .containsExactly("reference", "valid", "fits", "service", "judge", "both", "mean");
        assertThat(config.scorers().get("valid").source())
                .isInstanceOf(JsonSchemaCheck.Config.class);
        assertThat(config.scorers().get("service").source())
                .isInstanceOfSatisfying(
                        HttpScorer.Config.class,
                        http -> {
                            assertThat(http.apiKey()).isEqualTo("s3cret");
                            assertThat(http.timeoutMillis()).isEqualTo(10_000);
                            assertThat(http.maxInFlight()).isEqualTo(64);
                        });
        assertThat(config.scorers().get("judge").source())
                .isEqualTo(new Judge.Config("grader", null, 5, true, 8, 10_000));
        assertThat(config.scorers().get("both").source())
                .isEqualTo(new MinimumScore.Config(List.of("valid", "judge")));
        assertThat(config.judges()).containsOnlyKeys("grader");
    }

    @Test
    void anSlaSaysWhatScoresItsAnswersAndWhen() {
        MessConfig config = parse(FILE);

        assertThat(config.slas().get("gold").scoring().scoring())
                .isEqualTo(new SlaScoring("both", 1, When.BEFORE_SERVING));
        assertThat(config.slas().get("silver").scoring().scoring())
                .isEqualTo(new SlaScoring("mean", 0.1, When.AFTER_SERVING));
        assertThat(config.slas().get("bronze").scoring()).isNull();
    }

    @Test
    void labelsAreThoseOfTheScorerUnlessTheFileSaysOtherwise() {
        MessConfig config = parse(FILE);

        assertThat(config.slas().get("gold").sla().labels())
                .isEqualTo(LabelSource.scorer().by("both"));
        assertThat(config.slas().get("silver").sla().labels())
                .isEqualTo(LabelSource.audit(0.1).by("mean"));
        assertThat(config.slas().get("bronze").sla().labels()).isEqualTo(LabelSource.scorer());
        assertError(
                "when: after_serving }",
                "when: after_serving }, labels: { source: scorer }",
                "slas.silver.labels.source: must not be scorer");
    }

    @Test
    void peopleAuditAScorerBeforeServingAndAfterIt() {
        String audits = " }, labels: { source: judge, audit: 0.02 }";
        String before = FILE.replace("scorer: both }", "scorer: both" + audits);
        String after = before.replace("scorer: both }", "scorer: both, when: after_serving }");

        assertThat(parse(before).slas().get("gold").sla().labels())
                .isEqualTo(LabelSource.judge(0.02, true).by("both"));
        assertThat(parse(after).slas().get("gold").sla().labels())
                .isEqualTo(LabelSource.judge(0.02, false).by("both"));
    }

    @Test
    void aSignalIsAuditedAsAJudgeIs() {
        String signal = FILE.replace("both }", "both }, labels: { source: signal, audit: 0.05 }");
        assertThat(parse(signal).slas().get("gold").sla().labels())
                .isEqualTo(LabelSource.signal(0.05, true).by("both"));
        assertThat(isSequential(signal, "gold")).isTrue();
        assertError(
                "both }",
                "both }, labels: { source: signal }",
                "slas.gold.labels.audit: is missing; source signal needs a number between 0 and 1");
        assertError(
                "scorer: both }",
                "scorer: both }, labels: { source: users, ratedBad: 0.1, ratedGood: 0.1, audit: 0.1 }",
                "slas.gold.labels.audit: has no effect with source users, was 0.1; remove it, or set source: judge or signal");
    }

    @Test
    void whatReadsLogProbabilitiesIsNoJudge() {
        String sure =
                FILE.replace(
                                "fits: { source: length, maxChars: 100 }",
                                "fits: { source: confidence }")
                        .replace("{ alpha: 0.7,", "{ alpha: 0.7, params: { logprobs: true },")
                        .replace(
                                "share: 0.1, when: after_serving }",
                                "when: after_serving }, labels: { source: signal, audit: 0.1 }");
        parse(sure);
        assertThatThrownBy(() -> parse(sure.replace("signal", "judge")))
                .hasMessageContaining(
                        "slas.silver.labels.source: must be signal with scorer mean, which reads log probabilities");
    }

    @Test
    void modelsAreAskedOneAfterTheOtherWhereTheFileSaysWhatScoresEveryAnswerBeforeItIsServed() {
        assertThat(isSequential(FILE, "gold")).isTrue();
        assertThat(isSequential(FILE, "silver")).isFalse();
        // Its answers are compared with references, which few requests have.
        assertThat(isSequential(FILE, "bronze")).isFalse();
        assertThat(
                        isSequential(
                                FILE.replace("alpha: 0.8,", "alpha: 0.8, explore: parallel,"),
                                "gold"))
                .isFalse();
        assertThat(
                        isSequential(
                                FILE.replace("alpha: 0.6 ", "alpha: 0.6, explore: sequential "),
                                "bronze"))
                .isTrue();
    }

    /** What a judge says is worth knowing, if less than what people say. */
    @Test
    void modelsAreAskedOneAfterTheOtherWhereAJudgeScoresEveryAnswerBeforeItIsServed() {
        String audits = "both }, labels: { source: judge, audit: 0.1 }";
        String judged = FILE.replace("both }", audits);
        assertThat(isSequential(judged, "gold")).isTrue();
        assertThat(
                        isSequential(
                                judged.replace("alpha: 0.8,", "alpha: 0.8, explore: parallel,"),
                                "gold"))
                .isFalse();
        String after =
                FILE.replace("both }", audits.replace("both }", "both, when: after_serving }"));
        assertThat(isSequential(after, "gold")).isFalse();
    }

    private static boolean isSequential(String file, String sla) {
        SlaSection section = parse(file).slas().get(sla);
        return ((StreamRule.Config) section.rule()).isSequential(section.sla().labels());
    }

    @Test
    void whereScoresComeLaterOrSomeoneElseRatesModelsAreNotAskedOneAfterTheOther() {
        assertError(
                "alpha: 0.7,",
                "alpha: 0.7, explore: sequential,",
                "slas.silver.explore: must be parallel with scoring.share 0.1 and scoring.when"
                        + " after_serving, was sequential, which needs the score of every answer"
                        + " before it is served; set share: 1 and when: before_serving, or remove"
                        + " explore");
        assertError(
                "alpha: 0.6 ",
                "alpha: 0.6, explore: sequential, labels: { source: audit, share: 0.1 } ",
                "slas.bronze.explore: must be parallel with labels.source audit, was sequential,"
                        + " where the scorer says what answers are worth; remove explore, or"
                        + " labels");
        assertError("alpha: 0.8,", "alpha: 0.8, explore: twice,", "slas.gold.explore");
    }

    @Test
    void whatDoesNotExistIsAnError() {
        assertError(
                "[valid, judge]",
                "[valid, jugde]",
                "scorers.both.of: must be one of both, fits, judge, mean, reference, service, valid, was jugde");
        assertError(
                "scorer: both }",
                "scorer: all }",
                "slas.gold.scoring.scorer: must be one of both, fits, judge, mean, reference, service, valid, was all");
        assertError(
                "model: grader",
                "model: large",
                "scorers.judge.model: must be one of grader, small, was large");
    }

    @Test
    void aScorerIsNoPartOfItself() {
        assertError(
                "[valid, judge]", "[valid, mean]", "scorers.both.of: must not contain both itself");
    }

    @Test
    void whatIsWrongWithAScorerNamesItsField() {
        assertError("source: http, ", "source: htpp, ", "scorers.service.source");
        assertError("maxChars: 100", "maxChars: -1", "scorers.fits.maxChars");
        assertError(
                "maxChars: 100",
                "minChars: 5, maxChars: 3",
                "scorers.fits.maxChars: must be at least");
        assertError(
                "schema: { type: object }",
                "schema: { type: object }, fromRequest: true",
                "fromRequest: must be false beside schema");
        assertError(
                "schema: { type: object }",
                "schema: { pattern: '(?=a)' }",
                "scorers.valid.schema: has a pattern");
        assertError("[valid, judge]", "[valid]", "scorers.both.of");
        assertError("both: 2.5", "both: 0", "scorers.mean.weights.both");
        assertError("\"${env:KEY}\"", "secret", "scorers.service.apiKey");
        assertError("share: 0.1", "share: 0", "slas.silver.scoring.share");
    }

    @Test
    void aJudgeHasAnotherIdThanTheModelsOfTheZoo() {
        assertError("  grader: {", "  small: {", "judges.small: is a model of the zoo");
    }
}
