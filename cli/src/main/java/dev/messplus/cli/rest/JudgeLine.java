package dev.messplus.cli.rest;

import dev.messplus.cli.rest.SlaView.JudgeView;
import dev.messplus.cli.rest.SlaView.ModelView;
import dev.messplus.report.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A line on what audits say of the scorer of an SLA. */
record JudgeLine(SlaView sla) {

    /** Above it, the job leaves the scorer aside. The alert MessJudgeUseless begins here, too. */
    private static final double USELESS_PROBABILITY = 0.99;

    /** Standard deviations on either side of a mean that hold 95%. */
    private static final double DEVIATIONS = 1.96;

    /** The line; empty where no audits were drawn. */
    Optional<String> text() {
        JudgeView judge = sla.judge();
        if (judge == null) {
            return Optional.empty();
        }
        List<String> notes = new ArrayList<>();
        notes.add(
                "people answered %s of %s audits"
                        .formatted(
                                Figures.count(judge.auditsAnswered()),
                                Figures.count(judge.auditsDrawn())));
        if (judge.auditsUnanswered() > 0) {
            notes.add("%s not in time".formatted(Figures.count(judge.auditsUnanswered())));
        }
        List<String> biases =
                sla.models().stream()
                        .filter(
                                model ->
                                        model.judgeBias() != null
                                                && model.judgeBiasDeviation() != null)
                        .map(JudgeLine::bias)
                        .toList();
        if (!biases.isEmpty()) {
            notes.add("the scorer's bias is " + String.join(", ", biases));
        }
        if (judge.uselessProbability() != null
                && judge.uselessProbability() > USELESS_PROBABILITY) {
            notes.add(
                    "its scores say nothing about people's scores of single answers, and are set aside");
        }
        return Optional.of(sla.name() + ": " + String.join("; ", notes));
    }

    private static String bias(ModelView model) {
        return "%s ± %s for %s"
                .formatted(
                        signed(model.judgeBias()),
                        Figures.score(DEVIATIONS * model.judgeBiasDeviation()),
                        model.name());
    }

    private static String signed(double bias) {
        return (bias < 0 ? "-" : "+") + Figures.score(Math.abs(bias));
    }
}
