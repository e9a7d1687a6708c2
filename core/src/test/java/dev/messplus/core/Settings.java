package dev.messplus.core;

import java.util.List;
import java.util.function.Function;

/** Settings of an SLA under test. Every method gives a changed copy. */
record Settings(Sla sla, Rule rule, Predictor.Factory predictors) {

    /** How predictors learn. */
    enum Learner {
        SGD,
        BAYES
    }

    /** An exploration rate at which every one of the first thousands of requests explores. */
    static final double ALWAYS = 1_000;

    /** The defaults. */
    static Settings stream(double alpha) {
        return new Settings(Sla.of(alpha), StreamRule.Config.ofDefaults(), BayesPredictor::new);
    }

    /** The published rule, with eta = .1. */
    static Settings paper(double alpha, double v, double explorationRate) {
        return new Settings(Sla.of(alpha), new PaperRule.Config(v, explorationRate, 0.1), sgd(0.1));
    }

    /**
     * The stream's rule on Q + D with c = .5, without what it adds for what is not known, and with
     * predictors that can be followed by hand: a prompt without features is predicted by its last
     * label, 0 before the first.
     */
    static Settings bare(double alpha) {
        return stream(alpha)
                .explorationRate(0.5)
                .withoutOffsetAndMargin()
                .credit(0)
                .minPressure(0)
                .explorationBudget(0)
                .warmUpRequests(0)
                .learner(Learner.SGD);
    }

    private static Predictor.Factory sgd(double learningRate) {
        return (shared, accuracy, rank) -> new SgdPredictor(accuracy, learningRate);
    }

    Settings withoutOffsetAndMargin() {
        return queueOffset(0).marginSigmas(0);
    }

    /** A bare learner follows the last label: eta = .5 steps all the way. */
    Settings learner(Learner learner) {
        return predictors(learner == Learner.SGD ? sgd(0.5) : BayesPredictor::new);
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

    Settings v(double v) {
        return change(rule -> rule.v(v));
    }

    Settings explorationRate(double c) {
        return change(rule -> rule.explorationRate(c));
    }

    Settings explorationFloor(double floor) {
        return change(rule -> rule.explorationFloor(floor));
    }

    Settings explorationBudget(double share) {
        return change(rule -> rule.explorationBudget(share));
    }

    Settings warmUpRequests(int requests) {
        return change(rule -> rule.warmUpRequests(requests));
    }

    Settings queueOffset(double requests) {
        return change(rule -> rule.queueOffset(requests));
    }

    Settings credit(double requests) {
        return change(rule -> rule.credit(requests));
    }

    Settings minPressure(double requests) {
        return change(rule -> rule.minPressure(requests));
    }

    Settings marginSigmas(double sigmas) {
        return change(rule -> rule.marginSigmas(sigmas));
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

    double pressure(VirtualQueue queue) {
        return new Pressure(streamRule(), sla).of(queue);
    }

    private Settings sla(Sla.Builder changed) {
        return new Settings(changed.build(), rule, predictors);
    }

    private Settings change(Function<StreamRule.Config.Builder, StreamRule.Config.Builder> change) {
        StreamRule.Config changed = change.apply(StreamRule.Config.from(streamRule())).build();
        return new Settings(sla, changed, predictors);
    }
}
