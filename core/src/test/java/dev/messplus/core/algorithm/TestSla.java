package dev.messplus.core.algorithm;

import dev.messplus.core.Decision;
import dev.messplus.core.Mode;
import dev.messplus.core.Observation;
import dev.messplus.core.Observations;
import dev.messplus.core.Priors;
import dev.messplus.core.Prompt;
import dev.messplus.core.Sla;
import dev.messplus.core.account.JoinResult;
import dev.messplus.core.account.PendingRequest;
import dev.messplus.core.account.ScoreWindow;
import dev.messplus.core.account.SlaState;
import dev.messplus.core.account.VirtualQueue;
import dev.messplus.core.belief.SharedState;
import dev.messplus.core.cost.WorkModels;
import dev.messplus.core.shard.OutcomeSums;
import dev.messplus.core.shard.ShardExchange;
import dev.messplus.core.stream.TestPrice;
import dev.messplus.core.zoo.ModelState;
import dev.messplus.core.zoo.Zoo;
import java.util.List;
import java.util.stream.Stream;

/** One SLA with its models, and short words for what happens to its requests. */
public final class TestSla {

    /** An id whose draw is 0.0099 under seed 0: it explores whenever p_t is above. */
    public static final String EXPLORED = "r18";

    /** An id whose draw is 0.9684 under seed 0: it explores only when p_t is above. */
    public static final String EXPLOITED = "r36";

    public static final int TOKENS = 100;

    public final List<String> zoo;
    public final SlaState state;
    public final VirtualQueue queue;
    public final MessPlus algorithm;

    /** When things happen, in milliseconds since the epoch. */
    public long nowMillis;

    private final Settings settings;
    private final AlgorithmState known;

    public TestSla(Settings settings, String... zoo) {
        this(settings, AlgorithmState.initial(zoo.length), zoo);
    }

    private TestSla(Settings settings, AlgorithmState known, String... zoo) {
        this.settings = settings;
        this.known = known;
        this.zoo = List.of(zoo);
        this.state = known.sla();
        this.queue = state.queue;
        this.algorithm =
                new MessPlus(
                        settings.sla(), settings.rule(), this.zoo, known, settings.predictors());
    }

    /** The same SLA after its zoo was changed. */
    public TestSla withZoo(String... newZoo) {
        ModelState[] kept =
                Stream.of(newZoo)
                        .map(id -> zoo.contains(id) ? model(id) : new ModelState())
                        .toArray(ModelState[]::new);
        return new TestSla(
                settings, new AlgorithmState(state, known.shared(), kept, known.window()), newZoo);
    }

    public static Prompt prompt(float... features) {
        return new Prompt(features, TOKENS, 0);
    }

    public Decision decide(String id, float... features) {
        return decide(id, prompt(features));
    }

    public Decision decide(String id, Prompt prompt) {
        return algorithm.decide(id, prompt, nowMillis);
    }

    /** Decides a request and puts it in flight. */
    public PendingRequest request(String id, float... features) {
        return request(id, prompt(features));
    }

    public PendingRequest request(String id, Prompt prompt) {
        return algorithm.admit(decide(id, prompt), prompt, nowMillis);
    }

    public JoinResult measured(PendingRequest request, String model, double joules) {
        return algorithm.observe(request, Observations.measured(model, joules));
    }

    public JoinResult scored(PendingRequest request, String model, double score) {
        return algorithm.observe(request, Observation.scored(model, score));
    }

    public JoinResult served(PendingRequest request, String model) {
        return algorithm.observe(request, Observations.served(model));
    }

    public JoinResult failed(PendingRequest request, String model) {
        return algorithm.observe(request, Observations.failed(model));
    }

    /** No model answered; the request is answered with an error. */
    public JoinResult unanswered(PendingRequest request, String model) {
        return algorithm.observe(request, Observations.unanswered(model));
    }

    /** The model asked first answers, and everything about it becomes known at once. */
    public void answered(PendingRequest request, double score, double joules) {
        algorithm.observe(
                request, Observation.answered(request.models().get(0), score, joules, true));
    }

    /** Every model asked answers, and everything becomes known; the best is served. */
    public void explored(PendingRequest request, double[] scores, double[] joules) {
        int best = -1;
        for (int m = 0; m < scores.length; m++) {
            if (request.answer(zoo.get(m)) != null) {
                algorithm.observe(
                        request, Observation.answered(zoo.get(m), scores[m], joules[m], false));
                best = best < 0 || scores[m] > scores[best] ? m : best;
            }
        }
        served(request, zoo.get(best));
    }

    /** Decides a request and answers it with what the models would score and cost. */
    public PendingRequest play(String id, double[] scores, double[] joules, float... features) {
        PendingRequest request = request(id, features);
        if (request.mode == Mode.EXPLORE) {
            explored(request, scores, joules);
        } else {
            int m = zoo.indexOf(request.models().get(0));
            answered(request, scores[m], joules[m]);
        }
        return request;
    }

    /** Teaches {@code labels} labels of every model, all alike, of which none is its own. */
    public TestSla trained(int labels, double[] scores, double[] joules) {
        var models = known.zoo(zoo, settings.predictors());
        for (int m = 0; m < scores.length; m++) {
            models.model(m).predictor().prepare(0);
        }
        for (int i = 0; i < labels; i++) {
            for (int m = 0; m < scores.length; m++) {
                models.model(m)
                        .predictor()
                        .learn(new float[0], scores[m], Priors.LABEL_VARIANCE, List.of());
                if (!Double.isNaN(joules[m])) {
                    WorkModels.observe(models.model(m).state().energy, TOKENS, 0, joules[m]);
                }
            }
        }
        return this;
    }

    /** Learns of an answer to a request of another shard. */
    public void elsewhere(Prompt prompt, Observation seen) {
        var exchange =
                new ShardExchange(Sla.from(settings.sla()).shards(2).build(), settings.rule());
        exchange.add(1, prompt, seen);
        learn(exchange);
    }

    /** Learns that an answer to a request of another shard was served with this accuracy. */
    public void servedElsewhere(double score) {
        var exchange =
                new ShardExchange(Sla.from(settings.sla()).shards(2).build(), settings.rule());
        exchange.addServed(1, score);
        learn(exchange);
    }

    private void learn(ShardExchange exchange) {
        OutcomeSums sums = exchange.drain()[0];
        if (sums != null) {
            algorithm.learnFromOtherShards(sums);
        }
    }

    /** Sets lambda_0, the price at a pressure of 0. */
    public TestSla priced(double joulesPerScore) {
        state.price.labels = (long) Priors.PRICE_FOLLOW_LABELS;
        state.price.base = joulesPerScore;
        return this;
    }

    /** Has the next requests ask this model beside the chosen one, where there is a budget. */
    public TestSla probing(String model) {
        model(model).probeReserveJoules = 1e9;
        return this;
    }

    public SharedState shared() {
        return known.shared();
    }

    public ScoreWindow window() {
        return known.window();
    }

    public ModelState model(String id) {
        return known.models()[zoo.indexOf(id)];
    }

    public double drift() {
        return queue.drift(settings.alpha());
    }

    /** P. */
    public double pressure() {
        return price().pressure();
    }

    public TestPrice price() {
        return price(models());
    }

    public Zoo models() {
        return known.zoo(zoo, settings.predictors());
    }

    public TestPrice price(Zoo models) {
        return new TestPrice(settings.streamRule(), settings.sla(), models, state);
    }
}
