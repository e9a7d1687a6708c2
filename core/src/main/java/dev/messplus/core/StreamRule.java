package dev.messplus.core;

/**
 * MESS+ on a stream, where labels come late, out of order, twice, or never.
 *
 * <pre>
 *   m* = argmin_m  V E_m / E_ref + P (alpha - Ahat_m)
 *   P  = max(minPressure, Q + D + queueOffset + margin)
 *   Q &lt;- max(-credit, Q + alpha - A)
 * </pre>
 *
 * <p>Its additions to {@link PaperRule}, by name:
 *
 * <ol>
 *   <li>{@link Pressure}: decisions see Q and the drift D of what is in flight, with an offset and
 *       a margin for what is not known yet.
 *   <li>Credit: answers may be ahead of the promise, and Q as far below 0.
 *   <li>{@link WarmUp}: who answers while little is known.
 *   <li>{@link Probe}: a second model is asked beside the chosen one, within a budget of energy.
 *   <li>{@link BayesPredictor}: models share what they learn of prompts, and every label trains.
 *   <li>{@link EnergyWeight}: V comes from a window and a tolerance, and energy is relative to a
 *       reference model's.
 * </ol>
 */
public final class StreamRule implements DecisionRule {

    /** The weight V that asks for V to be derived from the SLA's window and tolerance. */
    public static final double AUTO_V = Double.NaN;

    private final Config config;
    private final Sla sla;
    private final Zoo zoo;
    private final VirtualQueue queue;
    private final Pressure pressure;
    private final EnergyWeight energyWeight;
    private final WarmUp warmUp;
    private final Probe probe;

    StreamRule(Config config, Sla sla, Zoo zoo, SlaState state) {
        this.config = config;
        this.sla = sla;
        this.zoo = zoo;
        queue = state.queue;
        pressure = new Pressure(config, sla);
        energyWeight = new EnergyWeight(config.v, sla, zoo);
        warmUp = new WarmUp(config, sla, zoo);
        probe = new Probe(config, zoo, state);
    }

    @Override
    public void decide(Decision d, CharSequence requestId) {
        d.pressure = pressure.of(queue);
        if (explores(d, requestId)) {
            d.mode = Mode.EXPLORE;
            d.askAll();
        } else if (warmUp.choose(d)) {
            d.mode = Mode.WARM_UP;
        } else {
            d.mode = Mode.EXPLOIT;
            double perJoule = energyWeight.perJoule();
            exploit(d, perJoule);
            probe.addTo(d, perJoule);
        }
    }

    private boolean explores(Decision d, CharSequence requestId) {
        return d.canExplore()
                && Exploration.draw(sla.seed(), requestId) < config.exploration.probability(d.t);
    }

    /** argmin_m V E_m / E_ref + P (alpha - Ahat_m). */
    private void exploit(Decision d, double perJoule) {
        for (int m = 0; m < zoo.size(); m++) {
            d.objective[m] =
                    perJoule * zoo.joulesOrHighest(d.joules[m])
                            + d.pressure * (sla.alpha() - d.accuracy[m]);
        }
        d.rank();
    }

    /** Every label trains, however its answer came to be asked for. */
    @Override
    public boolean learnsFrom(Mode mode) {
        return true;
    }

    /** Q &lt;- max(-credit, Q + alpha - A). */
    @Override
    public double nextQueue(double q, double score) {
        return Math.max(0 - config.credit, q + sla.alpha() - score);
    }

    @Override
    public double v() {
        return energyWeight.v();
    }

    /**
     * Settings of the stream's rule. {@link #custom} and {@link #from} change them by name.
     *
     * @param v weight V of energy against the pressure, at least 0; {@link #AUTO_V} derives it
     * @param queueOffset requests that the queue is assumed to be behind by at the start, at least
     *     0
     * @param credit requests that Q may be ahead of the promise by, at least 0
     * @param minPressure the least P, in requests, however far ahead answers are, at least 0
     * @param marginSigmas standard deviations of the unknown scores that decisions compensate for,
     *     at least 0
     * @param exploration how models are asked beyond those that are served
     */
    public record Config(
            double v,
            double queueOffset,
            double credit,
            double minPressure,
            double marginSigmas,
            ExplorationConfig exploration)
            implements Rule {

        public Config {
            if (!Double.isNaN(v)) {
                Checks.amount("v", v);
            }
            Checks.amount("queueOffset", queueOffset);
            Checks.amount("credit", credit);
            Checks.amount("minPressure", minPressure);
            Checks.amount("marginSigmas", marginSigmas);
        }

        public static Config ofDefaults() {
            return custom().build();
        }

        /** The defaults, to be changed by name. */
        public static Builder custom() {
            return new Builder();
        }

        /** A copy, to be changed by name. */
        public static Builder from(Config base) {
            return custom().v(base.v)
                    .queueOffset(base.queueOffset)
                    .credit(base.credit)
                    .minPressure(base.minPressure)
                    .marginSigmas(base.marginSigmas)
                    .explorationRate(base.exploration.rate())
                    .explorationFloor(base.exploration.floor())
                    .explorationBudget(base.exploration.budget())
                    .warmUpRequests(base.exploration.warmUpRequests());
        }

        /** Builds a {@link Config}. */
        public static final class Builder {

            private double v = AUTO_V;
            private double queueOffset = Priors.QUEUE_OFFSET_REQUESTS;
            private double credit = Priors.CREDIT_REQUESTS;
            private double minPressure = Priors.MIN_PRESSURE_REQUESTS;
            private double marginSigmas = Priors.MARGIN_SIGMAS;
            private double explorationRate;
            private double explorationFloor;
            private double explorationBudget = Priors.EXPLORATION_BUDGET;
            private int warmUpRequests = Priors.WARM_UP_REQUESTS;

            private Builder() {}

            public Builder v(double weight) {
                v = weight;
                return this;
            }

            public Builder queueOffset(double requests) {
                queueOffset = requests;
                return this;
            }

            public Builder credit(double requests) {
                credit = requests;
                return this;
            }

            public Builder minPressure(double requests) {
                minPressure = requests;
                return this;
            }

            public Builder marginSigmas(double sigmas) {
                marginSigmas = sigmas;
                return this;
            }

            public Builder explorationRate(double c) {
                explorationRate = c;
                return this;
            }

            public Builder explorationFloor(double least) {
                explorationFloor = least;
                return this;
            }

            public Builder explorationBudget(double share) {
                explorationBudget = share;
                return this;
            }

            public Builder warmUpRequests(int perModel) {
                warmUpRequests = perModel;
                return this;
            }

            /**
             * Builds it.
             *
             * @throws IllegalArgumentException if a setting is out of range, naming it
             */
            public Config build() {
                return new Config(
                        v,
                        queueOffset,
                        credit,
                        minPressure,
                        marginSigmas,
                        new ExplorationConfig(
                                explorationRate,
                                explorationFloor,
                                explorationBudget,
                                warmUpRequests));
            }
        }
    }
}
