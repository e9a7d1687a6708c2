package dev.messplus.job.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.messplus.core.Policy;
import java.util.Locale;

/** An SLA: the promise and how it is pursued. */
public record SlaConfig(
        double alpha,
        Preset preset,
        @JsonProperty("V") String v,
        Integer window,
        Double tolerance,
        Double explorationRate,
        Double explorationFloor,
        Double explorationBudget,
        Integer tries,
        Double headStart,
        Double credit,
        Double leastPressure,
        Double confidence,
        Double learningRate,
        Expiry expiry,
        Long seed,
        Integer shards,
        Long repeatWindowMillis) {

    public SlaConfig {
        repeatWindowMillis = repeatWindowMillis == null ? 0 : repeatWindowMillis;
    }

    /** Which rules stand where the file says nothing. */
    public enum Preset {
        @JsonProperty("stream")
        STREAM,
        @JsonProperty("paper")
        PAPER
    }

    /** {@link Policy.Expiry}, as the file spells it. */
    public enum Expiry {
        @JsonProperty("as_predicted")
        AS_PREDICTED,
        @JsonProperty("as_zero")
        AS_ZERO,
        @JsonProperty("ignored")
        IGNORED
    }

    /** The policy this describes, of all shards together. */
    public Policy policy() {
        Policy base = preset == Preset.PAPER ? Policy.paper(alpha, 0.1, 3) : Policy.stream(alpha);
        return new Policy(
                alpha,
                weight(base.v()),
                or(window, base.window()),
                or(tolerance, base.tolerance()),
                or(explorationRate, base.explorationRate()),
                or(explorationFloor, base.explorationFloor()),
                or(explorationBudget, base.explorationBudget()),
                or(tries, base.tries()),
                or(headStart, base.headStart()),
                or(credit, base.credit()),
                or(leastPressure, base.leastPressure()),
                or(confidence, base.confidence()),
                base.inFlightDrift(),
                base.learnFromServed(),
                base.normaliseEnergy(),
                base.learner(),
                or(learningRate, base.learningRate()),
                expiry == null ? base.expiry() : Policy.Expiry.valueOf(expiry.name()),
                or(seed, base.seed()),
                or(shards, base.shards()));
    }

    private double weight(double otherwise) {
        if (v == null) {
            return otherwise;
        }
        return v.toLowerCase(Locale.ROOT).equals("auto") ? Policy.AUTO_V : Double.parseDouble(v);
    }

    private static <T> T or(T value, T otherwise) {
        return value == null ? otherwise : value;
    }
}
