package dev.messplus.core;

import java.util.List;

/** Settings of an SLA under test. Every method gives a changed copy. */
record Settings(Sla sla, Rule rule, Predictor.Factory predictors) {

    /** How predictors learn. */
    enum Learner {
        SGD,
        BAYES
    }

    /** The defaults. */
    static Settings stream(double alpha) {
        return new Settings(Sla.of(alpha), StreamRule.Config.ofDefaults(), bayes(alpha));
    }

    /** The published rule, with eta = .1. */
    static Settings paper(double alpha, double v, double explorationRate) {
        return new Settings(Sla.of(alpha), new PaperRule.Config(v, explorationRate, 0.1), sgd(0.1));
    }

    /**
     * The stream's rule on Q + D alone, and with predictors that can be followed by hand: a prompt
     * without features is predicted by its last label, 0 before the first.
     */
    static Settings bare(double alpha) {
        return stream(alpha).marginSigmas(0).credit(0).explorationBudget(0).learner(Learner.SGD);
    }

    private static Predictor.Factory sgd(double learningRate) {
        return (shared, model) -> new SgdPredictor(model.accuracy, learningRate);
    }

    private static Predictor.Factory bayes(double alpha) {
        return (shared, model) -> new BayesPredictor(shared, model, alpha);
    }

    /** A bare learner follows the last label: eta = .5 steps all the way. */
    Settings learner(Learner learner) {
        return predictors(learner == Learner.SGD ? sgd(0.5) : bayes(alpha()));
    }

    Settings predictors(Predictor.Factory other) {
        return new Settings(sla, rule, other);
    }

    Settings window(int requests) {
        return sla(Sla.from(sla).window(requests));
    }

    Settings tolerance(double tolerance) {
        return sla(Sla.from(sla).tolerance(tolerance));
    }

    Settings labels(LabelSource source) {
        return sla(Sla.from(sla).labels(source));
    }

    Settings missingLabel(MissingLabelPolicy policy) {
        return sla(Sla.from(sla).missingLabel(policy));
    }

    Settings shards(int shards) {
        return sla(Sla.from(sla).shards(shards));
    }

    Settings seed(long seed) {
        return sla(Sla.from(sla).seed(seed));
    }

    Settings credit(double requests) {
        return rule(streamRule().withCredit(requests));
    }

    Settings marginSigmas(double sigmas) {
        return rule(streamRule().withMarginSigmas(sigmas));
    }

    Settings explorationBudget(double share) {
        return rule(streamRule().withExplorationBudget(share));
    }

    StreamRule.Config streamRule() {
        return (StreamRule.Config) rule;
    }

    double alpha() {
        return sla.alpha();
    }

    /** The rule at work on a zoo of one model, for what depends on no zoo. */
    DecisionRule decisionRule() {
        AlgorithmState state = AlgorithmState.initial(1);
        var zoo = new Zoo(List.of("model"), state, predictors);
        return new StreamRule(streamRule(), sla, zoo, state.sla());
    }

    private Settings sla(Sla.Builder changed) {
        return new Settings(changed.build(), rule, predictors);
    }

    private Settings rule(Rule changed) {
        return new Settings(sla, changed, predictors);
    }
}
