package dev.messplus.cli.records;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.local.report.ReceiptSheet;
import dev.messplus.record.Candidate;
import dev.messplus.record.CandidateBuilder;
import dev.messplus.record.DecisionSummary;
import dev.messplus.record.Energy;
import dev.messplus.record.EnergyBuilder;
import dev.messplus.record.FailedAttempts;
import dev.messplus.record.ModelOutput;
import dev.messplus.record.ModelOutputBuilder;
import dev.messplus.record.Response;
import dev.messplus.record.ResponseBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResponseStoryTest {

    private static final String RECEIPT =
            """
            {"reason": "small was chosen over large: it takes 9.0 J less, while the 0.05 of score that large may add is worth 1.1 J now. calculator was called as well: its reserve of the exploration budget paid for it.",
             "alpha": 0.73, "q": 3.41, "drift": -0.52, "pressure": 2.1, "joules_per_score": 22,
             "candidates": [
               {"model": "small", "called": true, "available": true, "predicted_score": 0.64,
                "score_deviation": 0.03, "estimated_joules": 1.0, "objective": -13.08},
               {"model": "calculator", "called": true, "available": true, "predicted_score": 0.15,
                "estimated_joules": 0.004, "objective": -3.296},
               {"model": "large", "called": false, "available": false, "predicted_score": 0.69}]}
            """;

    @Test
    void aReceiptIsToldWithWhatCameOfIt() {
        Response response =
                answered()
                        .decision(decision("explore", RECEIPT))
                        .explorationJoules(0.0041)
                        .candidates(
                                List.of(
                                        candidate("small", "Paris", 1.0, 1.1),
                                        candidate("calculator", "3\u001b[2J", 0.0, 0.0041)))
                        .metadata("{\"team\":\"a\"}")
                        .build();

        assertThat(ResponseStory.of(response, Integer.MAX_VALUE))
                .isEqualTo(
                        """
                        Request 42 under gold, number 61 of its SLA or shard: small answered.

                        Why: small was chosen over large: it takes 9.0 J less, while the 0.05 of score that large may add is worth 1.1 J now. calculator was called as well: its reserve of the exploration budget paid for it.

                         model                 expected score      ±   expected J   objective   answer        score          J
                        -------------------------------------------------------------------------------------------------------
                         small                           0.64   0.03            1      -13.08   Paris is it   1.000      ~1.10
                         calculator                      0.15               0.004      -3.296   3 [2J         0.000   ~0.00410
                         large (unavailable)             0.69             unknown               not called

                        Target alpha 0.73. Queue Q 3.41, drift of the requests in flight D -0.52, pressure 2.1 requests. Price of quality λ 22 J for a unit of score.

                        %s

                        What came of it: score 1.000, 1.10 J ± 0.0500 by tokens (estimated), 0.00410 J to learn from other answers, 731 ms. Other models were called as well, to learn from them, and the best answer was served.
                        Answer: Paris is it
                        Metadata: {"team":"a"}
                        """
                                .formatted(ReceiptSheet.LEGEND));
    }

    @Test
    void anAnswerOfAPlanIsToldWithThoseThatWereNotAsGood() {
        Response response =
                answered()
                        .plannedJoules(0.5)
                        .candidates(
                                List.of(
                                        candidate("calculator", "3", 0.0, 0.5),
                                        candidate("small", "Paris", 1.0, 1.1)))
                        .build();

        assertThat(ResponseStory.of(response, Integer.MAX_VALUE))
                .contains(
                        " J for answers that were not as good, 731 ms. Models were called one after"
                                + " the other, and the best answer was served.");
    }

    @Test
    void withoutAReceiptItSaysHowToGetOneAndWhatIsKnown() {
        assertThat(ResponseStory.of(answered().build(), Integer.MAX_VALUE))
                .isEqualTo(
                        """
                        Request 42 under gold, number 61 of its SLA or shard: small answered.

                        %s

                        What is known: small was expected to score 0.64, under a pressure of 2.1 requests.

                        What came of it: score 1.000, 1.10 J ± 0.0500 by tokens (estimated), 731 ms. One model was called.
                        Answer: Paris is it
                        """
                                .formatted(ResponseStory.NO_RECEIPT));
    }

    @Test
    void paragraphsFitIntoTheConsole() {
        assertThat(ResponseStory.of(answered().build(), 40).lines())
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(40))
                .contains("Answer: Paris is it");
    }

    @Test
    void whatFailedSaysWhy() {
        Response failed =
                answered()
                        .status(Response.FAILED)
                        .output(ModelOutput.NONE)
                        .score(Double.NaN)
                        .energy(Energy.UNKNOWN)
                        .decision(decision(DecisionSummary.FALLBACK, null))
                        .failed(new FailedAttempts(2, 1))
                        .attempts(3)
                        .error("small: HTTP 500")
                        .build();
        assertThat(ResponseStory.of(failed, Integer.MAX_VALUE))
                .startsWith(
                        "Request 42 under gold, number 61 of its SLA or shard: no model answered.")
                .contains(
                        "What came of it: not scored by the job, joules unknown, 2.00 J for calls without an answer,"
                                + " 1 call without an answer whose joules are unknown, 731 ms, 3 calls of small."
                                + " No model gave an answer.",
                        "Error: small: HTTP 500")
                .doesNotContain("Answer:");
        Response expired =
                answered().status(Response.EXPIRED).attempts(0).error("too late").build();
        assertThat(ResponseStory.of(expired, Integer.MAX_VALUE))
                .contains("its time was up before a model was called.", "No model was called.");
    }

    @Test
    void aRefusedRequestHasItsReasonAlone() {
        assertThat(ResponseStory.of(Response.refused("a", null, "prompt: is missing"), 200))
                .isEqualTo(
                        """
                        Request a was refused, because its record is not a valid request: prompt: is missing. mess dead-letters shows the record.
                        """);
    }

    @Test
    void eachModelThatFailedHasItsOwnError() {
        Response failed =
                answered()
                        .status(Response.FAILED)
                        .model("calculator")
                        .output(ModelOutput.NONE)
                        .score(Double.NaN)
                        .energy(Energy.UNKNOWN)
                        .decision(decision("exploit", RECEIPT))
                        .candidates(
                                List.of(
                                        CandidateBuilder.builder()
                                                .model("small")
                                                .error("small: HTTP 500")
                                                .build(),
                                        CandidateBuilder.builder()
                                                .model("calculator")
                                                .error("calculator: HTTP 404")
                                                .build()))
                        .error("small: HTTP 500; calculator: HTTP 404")
                        .build();

        assertThat(ResponseStory.of(failed, Integer.MAX_VALUE))
                .containsPattern("(?m)^ small .* small: HTTP 500 *$")
                .containsPattern("(?m)^ calculator .* calculator: HTTP 404 *$")
                .contains("731 ms. No model gave an answer.\nError: small: HTTP 500; calculator");
    }

    private static ResponseBuilder answered() {
        return ResponseBuilder.builder()
                .id("42")
                .sla("gold")
                .status(Response.OK)
                .model("small")
                .output(ModelOutputBuilder.builder().text("Paris\nis it").build())
                .decision(decision("exploit", null))
                .score(1.0)
                .energy(
                        EnergyBuilder.builder()
                                .joules(1.1)
                                .uncertaintyJoules(0.05)
                                .source("tokens (estimated)")
                                .build())
                .latencyMillis(731)
                .attempts(1);
    }

    private static DecisionSummary decision(String mode, String receipt) {
        return new DecisionSummary(mode, 0.64, 2.1, 61, 77, receipt);
    }

    private static Candidate candidate(String model, String output, double score, double joules) {
        return CandidateBuilder.builder()
                .model(model)
                .output(ModelOutputBuilder.builder().text(output).build())
                .score(score)
                .energy(EnergyBuilder.builder().joules(joules).build())
                .build();
    }
}
