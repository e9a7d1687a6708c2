package dev.messplus.core.cost;

import dev.messplus.core.Decision;
import dev.messplus.core.Priors;

/** The models of a zoo as one SLA knows them, and the {@link FleetPlan} that they are priced by. */
public final class Fleet {

    private final WorkModel[] models;
    private final FleetPlan plan;
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
        for (int m = 0; m < models.length; m++) {
            plan.share(m, models[m]);
        }
    }

    /** Lets time pass until a decision. */
    public void pass(long millis) {
        double seconds = (millis - nowMillis) / 1e3;
        // How long it was since what is known was stored is not known.
        boolean passes = seconds > 0 && nowMillis > 0;
        nowMillis = Math.max(nowMillis, millis);
        if (passes) {
            for (WorkModel model : models) {
                model.failures.pass(seconds);
            }
        }
        plan.pass(millis);
        follow();
    }

    private void follow() {
        if (followed != plan.version()) {
            followed = plan.version();
            shareRatios();
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
        plan.decided(d, models, lambda);
        follow();
    }

    /** Has each model take b / a for what it was, or is for the others, as far as they know it. */
    private void shareRatios() {
        double log = Priors.BATCHED_SHARE_WEIGHT * Math.log(Priors.BATCHED_SHARE);
        double weight = Priors.BATCHED_SHARE_WEIGHT;
        for (WorkModel model : models) {
            model.rememberRatio();
            log += model.batchedKnown * model.batchedLog;
            weight += model.batchedKnown;
        }
        for (WorkModel model : models) {
            double known = model.batchedKnown;
            model.assumeRatio((log - known * model.batchedLog) / (weight - known));
        }
    }
}
