package dev.messplus.inference;

import dev.messplus.core.Mode;
import dev.messplus.energy.Usage;
import dev.messplus.record.Candidate;
import dev.messplus.record.Feedback;
import dev.messplus.record.InferenceOutcome;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.Response;
import dev.messplus.record.RoutedRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Turns answers into records: one response, and one feedback record per model asked. */
final class Outcomes {

    private Outcomes() {}

    /**
     * The outcome of the answers that came.
     *
     * @param answers at least one, in the order of the ranking and from its beginning
     */
    static InferenceOutcome of(RoutedRequest routed, List<Answer> answers, long latencyMillis) {
        int served = served(routed, answers);
        // A request that failed is put down to the model that was chosen for it.
        int accountable = Math.max(served, 0);
        List<Feedback> feedback = new ArrayList<>(answers.size());
        for (int i = 0; i < answers.size(); i++) {
            if (i != accountable) {
                feedback.add(feedback(routed, answers.get(i), false));
            }
        }
        // Last, for it can complete the request, after which nobody listens to the others.
        feedback.add(feedback(routed, answers.get(accountable), true));
        return new InferenceOutcome(response(routed, answers, served, latencyMillis), feedback);
    }

    /**
     * The outcome of a request whose calls were lost track of.
     *
     * @param what what happened, for people
     */
    static InferenceOutcome lost(RoutedRequest routed, String what, long latencyMillis) {
        List<String> asked = routed.ranking().subList(0, routed.asked());
        List<Answer> answers = new ArrayList<>(asked.size());
        for (String model : asked) {
            answers.add(Answer.notAsked(model, model + " " + what));
        }
        return of(routed, answers, latencyMillis);
    }

    /**
     * Index of the answer to serve, -1 if there is none. The true scores decide if there are any,
     * else the predicted ones; of equally good answers the one that is ranked first is taken.
     */
    private static int served(RoutedRequest routed, List<Answer> answers) {
        boolean scored = answers.stream().anyMatch(answer -> !Double.isNaN(answer.score()));
        int best = -1;
        double bestAccuracy = Double.NaN;
        for (int i = 0; i < answers.size(); i++) {
            Answer answer = answers.get(i);
            double accuracy = scored ? answer.score() : routed.predictedScores()[i];
            if (!answer.ok() || (scored && Double.isNaN(accuracy))) {
                continue;
            }
            if (best < 0 || accuracy > bestAccuracy) {
                best = i;
                bestAccuracy = accuracy;
            }
        }
        return best;
    }

    private static Response response(
            RoutedRequest routed, List<Answer> answers, int served, long latencyMillis) {
        PromptRequest request = routed.request();
        boolean explored = routed.mode() == Mode.EXPLORE;
        boolean failed = served < 0;
        int lastAsked = explored ? 0 : answers.size() - 1;
        int rank = failed ? lastAsked : served;
        Answer told = answers.get(rank);
        boolean fellBack = !failed && !explored && rank > 0;
        Double joules = known(told.joules());
        Usage usage = usage(told);
        return new Response(
                request.id(),
                request.sla(),
                failed ? Response.FAILED : Response.OK,
                told.model(),
                output(told),
                fellBack ? Response.FALLBACK : routed.mode().name().toLowerCase(Locale.ROOT),
                routed.predictedScores()[rank],
                known(told.score()),
                joules,
                joules == null ? null : told.energy().source(),
                explored ? explorationJoules(answers, rank) : null,
                failedJoules(answers),
                usage.promptTokens(),
                usage.completionTokens(),
                latencyMillis,
                told.attempts(),
                routed.pressure(),
                routed.t(),
                routed.decision(),
                explored ? candidates(answers) : null,
                failed ? errors(answers) : null,
                request.metadata());
    }

    /** What the answers cost that were asked for only to learn from them. */
    private static double explorationJoules(List<Answer> answers, int served) {
        double joules = 0;
        for (int i = 0; i < answers.size(); i++) {
            Answer answer = answers.get(i);
            if (i != served && !Double.isNaN(answer.joules())) {
                joules += answer.joules();
            }
        }
        return joules;
    }

    private static Double failedJoules(List<Answer> answers) {
        double joules = answers.stream().mapToDouble(Answer::failedJoules).sum();
        return joules > 0 ? joules : null;
    }

    private static List<Candidate> candidates(List<Answer> answers) {
        List<Candidate> candidates = new ArrayList<>(answers.size());
        for (Answer answer : answers) {
            candidates.add(
                    new Candidate(
                            answer.model(),
                            output(answer),
                            known(answer.score()),
                            known(answer.joules()),
                            answer.error()));
        }
        return candidates;
    }

    private static Feedback feedback(RoutedRequest routed, Answer answer, boolean served) {
        PromptRequest request = routed.request();
        Usage usage = usage(answer);
        Double score = known(answer.score());
        Double joules = known(answer.joules());
        long unavailableMillis = answer.unavailableMillis();
        return new Feedback(
                request.id(),
                request.sla(),
                answer.model(),
                score,
                joules,
                usage.promptTokens(),
                usage.completionTokens(),
                served,
                score == null ? Feedback.METER : Feedback.SCORER,
                answer.error(),
                answer.failedJoules() > 0 ? answer.failedJoules() : null,
                joules == null ? null : answer.energy().source(),
                (joules != null && answer.assumed()) ? true : null,
                unavailableMillis > 0 ? unavailableMillis : null,
                routed.decision());
    }

    private static String errors(List<Answer> answers) {
        return answers.stream().map(Answer::error).collect(Collectors.joining("; "));
    }

    private static String output(Answer answer) {
        return answer.ok() ? answer.completion().content() : null;
    }

    private static Usage usage(Answer answer) {
        return answer.ok() ? answer.completion().usage() : Usage.UNKNOWN;
    }

    private static Double known(double value) {
        return Double.isNaN(value) ? null : value;
    }
}
