package dev.messplus.core.cost;

import dev.messplus.core.Decision;
import dev.messplus.core.Priors;

/** The models of a zoo as one SLA knows them, and the {@link FleetPlan} that they are priced by. */
public final class Fleet {

    private final WorkModel[] models;
    private final FleetPlan plan;
    private double joulesPerScore;
    private long nowMillis;
    private int followed;

    /**
     * The models of an SLA.
     *
     * @param plan that of all SLAs of the subtask
     */
    public Fleet(WorkModel[] models, FleetPlan plan) {
        this.models = models;
        this.plan = plan;
    }

    /** Lets time pass until a decision. */
    public void pass(long millis) {
        double seconds = (millis - nowMillis) / 1e3;
        nowMillis = Math.max(nowMillis, millis);
        if (seconds > 0) {
            for (WorkModel model : models) {
                model.failures.pass(seconds);
            }
        }
        plan.pass(millis);
        follow();
    }

    private void follow() {
        if (followed == plan.version()) {
            return;
        }
        followed = plan.version();
        shareRatios();
        for (int m = 0; m < models.length; m++) {
            models[m].load.plan(plan.load(m));
        }
    }

    /**
     * Calls of a model that are in flight now: those that the job has reported, which is some time
     * ago, or those of this subtask that were decided since, if they are more.
     */
    public double load(int m) {
        return Math.max(models[m].load.concurrency, plan.inFlight(m));
    }

    /** What waiting for a model costs, in its answers, from 0 to 1. */
    public double waiting(int m) {
        double callSeconds = models[m].callSeconds();
        return callSeconds > 0 ? plan.waiting(m, callSeconds) : 0;
    }

    /**
     * Takes in a decision that counts, and plans anew now and then.
     *
     * @param lambda joules per score, above 0
     */
    public void decided(Decision d, double lambda) {
        joulesPerScore = lambda;
        if (plan.isDue()) {
            shareRatios();
        }
        plan.decided(this, d);
        follow();
    }

    WorkModel model(int m) {
        return models[m];
    }

    /** lambda of the last decision. */
    double joulesPerScore() {
        return joulesPerScore;
    }

    /** Has each model take b / a for what it is for the others, as far as they know it. */
    private void shareRatios() {
        double[] logs = new double[models.length];
        double[] known = new double[models.length];
        double log = Priors.BATCHED_SHARE_WEIGHT * Math.log(Priors.BATCHED_SHARE);
        double weight = Priors.BATCHED_SHARE_WEIGHT;
        for (int m = 0; m < models.length; m++) {
            double ratio = models[m].ratio();
            known[m] = Double.isNaN(ratio) ? 0 : models[m].joules.loadKnown();
            logs[m] = known[m] > 0 ? Math.log(ratio) : 0;
            log += known[m] * logs[m];
            weight += known[m];
        }
        for (int m = 0; m < models.length; m++) {
            models[m].ratio(Math.exp((log - known[m] * logs[m]) / (weight - known[m])));
        }
    }
}
