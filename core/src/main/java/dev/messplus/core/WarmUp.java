package dev.messplus.core;

/** Chooses a model while too little is known for the objective. */
final class WarmUp {

    private final int requestsPerModel;
    private final Zoo zoo;

    WarmUp(StreamRule.Config config, Sla sla, Zoo zoo) {
        this.requestsPerModel = shardOf(config.exploration().warmUpRequests(), sla.shards());
        this.zoo = zoo;
    }

    /** One shard's part of the requests, and at least one of them. */
    static int shardOf(int requests, int shards) {
        return (requests + shards - 1) / shards;
    }

    /**
     * Chooses a model, if too little is known. While no label has come, the second most expensive
     * model answers, because the most expensive may cost many times as much and be hardly better;
     * of two models that would be the weaker one, so the objective chooses. Every second request
     * asks a model that was hardly asked before.
     *
     * @return whether a model was chosen
     */
    boolean choose(Decision d) {
        boolean blind = requestsPerModel > 0 && !zoo.hasLabels() && d.available != 2;
        boolean asksNewModel = d.t % 2 == 0;
        if (!blind && !asksNewModel) {
            return false;
        }
        for (int m = 0; m < zoo.size(); m++) {
            d.objective[m] = -price(zoo.model(m));
        }
        d.rank();
        int second = Math.min(1, d.available - 1);
        int place = asksNewModel ? hardlyAsked(d, second) : -1;
        place = place < 0 && blind ? second : place;
        if (place >= 0) {
            d.promote(d.ranking[place], 0);
        }
        return place >= 0;
    }

    /** A model of unknown price counts as more expensive than any. */
    private static double price(Model model) {
        double joules = model.typicalJoules();
        return Double.isNaN(joules) ? Double.MAX_VALUE : joules;
    }

    /**
     * Place in the ranking of the first model that was not asked often enough; -1 if there is none.
     * Once is enough for those before {@code second}: a few more requests of the most expensive
     * model could cost as much as all others.
     */
    private int hardlyAsked(Decision d, int second) {
        for (int place = 0; place < d.available; place++) {
            int enough = place < second ? Math.min(1, requestsPerModel) : requestsPerModel;
            if (zoo.timesAsked(d.ranking[place]) < enough) {
                return place;
            }
        }
        return -1;
    }
}
