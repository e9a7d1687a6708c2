package dev.messplus.core.algorithm;

import dev.messplus.core.DecisionRule;
import dev.messplus.core.LabelSource;
import dev.messplus.core.MissingLabelPolicy;
import dev.messplus.core.Rule;
import dev.messplus.core.Sla;
import dev.messplus.core.belief.BayesPredictor;
import dev.messplus.core.belief.Predictor;
import dev.messplus.core.belief.TracedSgd;
import dev.messplus.core.paper.PaperRule;
import dev.messplus.core.paper.SgdPredictor;
import dev.messplus.core.stream.StreamRule;
import dev.messplus.core.zoo.Zoo;
import java.util.List;

/** Settings of an SLA under test. Every method gives a changed copy. */
public record Settings(Sla sla, Rule rule, Predictor.Factory predictors) {

    /** How predictors learn. */
    public enum Learner {
        SGD,
        BAYES
    }

    /** The defaults. */
    public static Settings stream(double alpha) {
        return new Settings(Sla.of(alpha), StreamRule.Config.ofDefaults(), bayes(alpha));
    }

    /** The published rule, with eta = .1. */
    public static Settings paper(double alpha, double v, double explorationRate) {
        return new Settings(
                Sla.of(alpha),
                new PaperRule.Config(v, explorationRate, 0.1),
                (shared, own, expected) -> new SgdPredictor(own, 0.1));
    }

    /**
     * The stream's rule on Q + D alone, and with predictors that can be followed by hand: a prompt
     * without features is predicted by its last label, 0 before the first.
     */
    public static Settings bare(double alpha) {
        return stream(alpha).marginSigmas(0).credit(0).explorationBudget(0).learner(Learner.SGD);
    }

    private static Predictor.Factory traced(double learningRate) {
        return (shared, own, expected) -> new TracedSgd(own, learningRate);
    }

    private static Predictor.Factory bayes(double alpha) {
        return (shared, own, expected) -> new BayesPredictor(shared, own, expected, alpha);
    }

    /** A bare learner follows the last label: eta = .5 steps all the way. */
    public Settings learner(Learner learner) {
        return predictors(learner == Learner.SGD ? traced(0.5) : bayes(alpha()));
    }

    public Settings predictors(Predictor.Factory other) {
        return new Settings(sla, rule, other);
    }

    public Settings window(int requests) {
        return sla(Sla.from(sla).window(requests));
    }

    public Settings tolerance(double tolerance) {
        return sla(Sla.from(sla).tolerance(tolerance));
    }

    public Settings labels(LabelSource source) {
        return sla(Sla.from(sla).labels(source));
    }

    public Settings missingLabel(MissingLabelPolicy policy) {
        return sla(Sla.from(sla).missingLabel(policy));
    }

    public Settings shards(int shards) {
        return sla(Sla.from(sla).shards(shards));
    }

    public Settings seed(long seed) {
        return sla(Sla.from(sla).seed(seed));
    }

    public Settings credit(double requests) {
        StreamRule.Config old = streamRule();
        return rule(new StreamRule.Config(requests, old.marginSigmas(), old.explorationBudget()));
    }

    public Settings marginSigmas(double sigmas) {
        StreamRule.Config old = streamRule();
        return rule(new StreamRule.Config(old.credit(), sigmas, old.explorationBudget()));
    }

    public Settings explorationBudget(double share) {
        StreamRule.Config old = streamRule();
        return rule(new StreamRule.Config(old.credit(), old.marginSigmas(), share));
    }

    /** Has models be asked one after the other. To be called last. */
    public Settings sequential() {
        return rule(streamRule().withSequential(true));
    }

    public StreamRule.Config streamRule() {
        return (StreamRule.Config) rule;
    }

    public double alpha() {
        return sla.alpha();
    }

    /** The rule at work on a zoo of one model, for what depends on no zoo. */
    public DecisionRule decisionRule() {
        AlgorithmState state = AlgorithmState.initial(1);
        Zoo zoo = state.zoo(List.of("model"), predictors);
        return new StreamRule(streamRule(), sla, zoo, state.sla());
    }

    private Settings sla(Sla.Builder changed) {
        return new Settings(changed.build(), rule, predictors);
    }

    private Settings rule(Rule changed) {
        return new Settings(sla, changed, predictors);
    }
}
