package dev.messplus.infer;

import dev.messplus.core.Mode;
import dev.messplus.energy.EnergyCharge;
import dev.messplus.energy.EnergyReading;
import dev.messplus.energy.Usage;
import dev.messplus.infer.call.Answer;
import dev.messplus.record.Candidate;
import dev.messplus.record.DecisionSummary;
import dev.messplus.record.Energy;
import dev.messplus.record.EnergyBuilder;
import dev.messplus.record.FailedAttempts;
import dev.messplus.record.InferenceOutcome;
import dev.messplus.record.Measurement;
import dev.messplus.record.MeasurementBuilder;
import dev.messplus.record.ModelLoad;
import dev.messplus.record.ModelOutput;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.Response;
import dev.messplus.record.ResponseBuilder;
import dev.messplus.record.RoutedRequest;
import dev.messplus.record.TokenCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Converts answers to records: one response, and one measurement per model that was asked. */
final class Outcomes {

    private Outcomes() {}

    /**
     * The outcome of a request.
     *
     * @param answers the answers to it, at least one, in the order of the ranking from its start
     * @param elapsed where the time of the request went
     * @param load how busy each model is now, by id; {@code null} if unknown
     */
    static InferenceOutcome of(
            RoutedRequest routed,
            List<Answer> answers,
            Elapsed elapsed,
            Map<String, ModelLoad> load) {
        int served = AnswerChoice.served(routed, answers);
        int accountable = AnswerChoice.accountable(routed, answers);
        List<Measurement> measurements = new ArrayList<>(answers.size());
        for (int i = 0; i < answers.size(); i++) {
            if (i != accountable) {
                measurements.add(measurement(routed, answers.get(i), false));
            }
        }
        // Last, because it can complete the request: later records of it would be ignored.
        measurements.add(
                MeasurementBuilder.builder(measurement(routed, answers.get(accountable), true))
                        .load(load)
                        .build());
        return InferenceOutcome.of(response(routed, answers, served, elapsed), measurements);
    }

    /**
     * The outcome of a request whose calls did not complete.
     *
     * @param what what happened to each model that was asked; continues a sentence that begins with
     *     the model's id
     */
    static InferenceOutcome lost(RoutedRequest routed, String what, Elapsed elapsed) {
        List<String> asked = routed.ranking().subList(0, routed.asked());
        List<Answer> answers = new ArrayList<>(asked.size());
        for (String model : asked) {
            answers.add(Answer.notAsked(model, model + " " + what));
        }
        return of(routed, answers, elapsed, null);
    }

    /**
     * The outcome of a request whose time was up before a call.
     *
     * @param why says so, with the times
     */
    static InferenceOutcome expired(RoutedRequest routed, String why, Elapsed elapsed) {
        Response response =
                response(routed)
                        .status(Response.EXPIRED)
                        .model(routed.ranking().get(0))
                        .decision(decision(routed, 0, false))
                        .waitedMillis(elapsed.waitedMillis())
                        .latencyMillis(elapsed.latencyMillis())
                        .error(why)
                        .build();
        Measurement measurement =
                MeasurementBuilder.builder(
                                measurement(routed, Answer.notAsked(response.model(), why), true))
                        .expired(true)
                        .build();
        return InferenceOutcome.of(response, List.of(measurement));
    }

    private static Response response(
            RoutedRequest routed, List<Answer> answers, int served, Elapsed elapsed) {
        boolean explored = routed.mode() == Mode.EXPLORE;
        boolean failed = served < 0;
        int lastAsked = explored ? 0 : answers.size() - 1;
        int rank = failed ? lastAsked : served;
        Answer answer = answers.get(rank);
        double planned = otherJoules(routed, answers, rank, true);
        boolean fellBack = !failed && !explored && !answers.get(0).ok();
        return response(routed)
                .status(failed ? Response.FAILED : Response.OK)
                .model(answer.model())
                .output(output(answer))
                .score(answer.score())
                .energy(answer.energy().answer())
                .explorationJoules(
                        explored ? otherJoules(routed, answers, rank, false) : Double.NaN)
                .plannedJoules(planned > 0 ? planned : Double.NaN)
                .scoring(scoring(answers))
                .audit(!failed && routed.audited())
                .failed(failed(answers))
                .tokens(tokens(answer))
                .waitedMillis(elapsed.waitedMillis())
                .latencyMillis(elapsed.latencyMillis())
                .attempts(answer.attempts())
                .decision(decision(routed, rank, fellBack))
                .candidates(explored || answers.size() > 1 ? candidates(answers) : null)
                .error(failed ? errors(answers) : null)
                .build();
    }

    /** What a response repeats of its request. */
    private static ResponseBuilder response(RoutedRequest routed) {
        PromptRequest request = routed.request();
        return ResponseBuilder.builder()
                .id(request.id())
                .sla(request.sla())
                .metadata(request.metadata())
                .headers(request.headers());
    }

    private static DecisionSummary decision(RoutedRequest routed, int rank, boolean fellBack) {
        return new DecisionSummary(
                fellBack ? DecisionSummary.FALLBACK : routed.mode().name().toLowerCase(Locale.ROOT),
                routed.predictedScores()[rank],
                routed.pressure(),
                routed.t(),
                routed.decision(),
                routed.receipt());
    }

    /**
     * Energy of the answers that were not served, in joules.
     *
     * @param planned whether those that the plan asked for, or those that were requested only to
     *     learn from them
     */
    private static double otherJoules(
            RoutedRequest routed, List<Answer> answers, int served, boolean planned) {
        double joules = 0;
        for (int rank = 0; rank < answers.size(); rank++) {
            Answer answer = answers.get(rank);
            if (rank != served
                    && routed.isPlanned(rank) == planned
                    && !Double.isNaN(answer.energy().joules())) {
                joules += answer.energy().joules();
            }
        }
        return joules;
    }

    /** Energy of the calls that scored the answers, as far as it is known. */
    private static Energy scoring(List<Answer> answers) {
        double joules = 0;
        Set<String> sources = new TreeSet<>();
        for (Answer answer : answers) {
            for (EnergyCharge charge : answer.scoringCharges()) {
                EnergyReading reading = charge.reading();
                if (reading.known()) {
                    joules += reading.joules();
                    sources.add(reading.source());
                }
            }
        }
        return sources.isEmpty()
                ? Energy.UNKNOWN
                : EnergyBuilder.builder().joules(joules).source(String.join(", ", sources)).build();
    }

    private static FailedAttempts failed(List<Answer> answers) {
        double joules = 0;
        int unmetered = 0;
        for (Answer answer : answers) {
            joules += answer.energy().failedJoules();
            unmetered += answer.energy().failedUnmetered();
        }
        return FailedAttempts.of(joules, unmetered);
    }

    private static List<Candidate> candidates(List<Answer> answers) {
        List<Candidate> candidates = new ArrayList<>(answers.size());
        for (Answer answer : answers) {
            candidates.add(
                    new Candidate(
                            answer.model(),
                            output(answer),
                            answer.score(),
                            answer.energy().answer(),
                            answer.error()));
        }
        return candidates;
    }

    static Measurement measurement(RoutedRequest routed, Answer answer, boolean served) {
        PromptRequest request = routed.request();
        return MeasurementBuilder.builder()
                .requestId(request.id())
                .sla(request.sla())
                .model(answer.model())
                .score(answer.score())
                .energy(answer.energy().answer())
                .tokens(tokens(answer))
                .work(answer.work())
                .served(served)
                .error(answer.error())
                .failed(answer.energy().failed())
                .unavailableMillis(answer.unavailableMillis())
                .decision(routed.decision())
                .build();
    }

    private static String errors(List<Answer> answers) {
        return answers.stream().map(Answer::error).collect(Collectors.joining("; "));
    }

    private static ModelOutput output(Answer answer) {
        return answer.ok() ? answer.completion().output() : ModelOutput.NONE;
    }

    private static TokenCounts tokens(Answer answer) {
        if (!answer.ok()) {
            return TokenCounts.UNKNOWN;
        }
        Usage usage = answer.completion().usage();
        return new TokenCounts(
                usage.promptTokens(), usage.cachedTokens(), usage.completionTokens());
    }
}
