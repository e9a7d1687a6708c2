package dev.messplus.bench;

import dev.messplus.core.Decision;
import dev.messplus.core.Observation;
import dev.messplus.core.Prompt;
import dev.messplus.core.Sla;
import dev.messplus.core.account.PendingRequest;
import dev.messplus.core.algorithm.AlgorithmState;
import dev.messplus.core.algorithm.MessPlus;
import dev.messplus.core.stream.StreamRule;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the algorithm itself costs per request: deciding, and learning from a label. {@link
 * #decideAndLearn} less {@link #decide} is learning as well, with as many labels as models were
 * asked.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class DecisionBenchmark {

    private static final int PROMPTS = 256;

    /** Models in the zoo. */
    @Param({"2", "4", "10", "64"})
    private int models;

    private MessPlus algorithm;
    private MessPlus planning;
    private List<String> zoo;
    private double[] joules;
    private Prompt[] prompts;
    private String[] ids;
    private Decision decided;
    private int next;

    /** Has the algorithm learn from 10,000 requests. */
    @Setup
    public void begin() {
        prompts = new Prompt[PROMPTS];
        ids = new String[PROMPTS];
        float[][] features = RouteDriver.features(PROMPTS);
        for (int i = 0; i < PROMPTS; i++) {
            ids[i] = "request-" + i;
            prompts[i] = new Prompt(features[i], 100, 64);
        }
        zoo = RouteDriver.models(models);
        joules = zoo.stream().mapToDouble(model -> RouteDriver.joules(model, zoo)).toArray();
        algorithm = learned(false);
        planning = learned(true);
        decided = decideWithoutProbe();
    }

    private MessPlus learned(boolean sequential) {
        StreamRule.Config rule = StreamRule.Config.ofDefaults().withSequential(sequential);
        MessPlus learning = new MessPlus(Sla.of(0.6), rule, zoo, AlgorithmState.initial(models));
        for (int i = 0; i < 10_000; i++) {
            decideAndLearn(learning);
        }
        return learning;
    }

    /** Deciding alone, where a probe of every model is paid for and has to be judged. */
    @Benchmark
    public Decision decide() {
        return decide(algorithm, Double.MAX_VALUE);
    }

    /** Deciding alone, where nothing is left of the exploration budget. */
    @Benchmark
    public Decision decideWithoutProbe() {
        return decide(algorithm, -Double.MAX_VALUE);
    }

    /** The same, where models are called one after the other: with a plan. */
    @Benchmark
    public Decision decidePlan() {
        return decide(planning, -Double.MAX_VALUE);
    }

    private Decision decide(MessPlus deciding, double probeAllowanceJoules) {
        AlgorithmState state = deciding.state();
        state.sla().probeAllowanceJoules = probeAllowanceJoules;
        for (int m = 0; m < models; m++) {
            state.models()[m].probeReserveJoules = 0;
        }
        int i = next++ % PROMPTS;
        return deciding.decide(ids[i], prompts[i], 0);
    }

    /** Learning alone: admitting a request, and the label and the joules of its one answer. */
    @Benchmark
    public PendingRequest learn() {
        int i = next++ % PROMPTS;
        int model = i % models;
        decided.t = algorithm.state().sla().t + 1;
        decided.ranking[0] = model;
        PendingRequest request = algorithm.admit(decided, prompts[i], 0);
        algorithm.observe(
                request,
                Observation.answered(zoo.get(model), score(i, model), joules[model], true));
        return request;
    }

    /** A request's whole life, with a label of every model asked. */
    @Benchmark
    public PendingRequest decideAndLearn() {
        return decideAndLearn(algorithm);
    }

    private PendingRequest decideAndLearn(MessPlus learning) {
        int i = next++ % PROMPTS;
        Decision decision = learning.decide(ids[i], prompts[i], 0);
        PendingRequest request = learning.admit(decision, prompts[i], 0);
        for (int rank = 0; rank < decision.asked; rank++) {
            int model = decision.ranking[rank];
            learning.observe(
                    request,
                    Observation.answered(
                            zoo.get(model), score(i, model), joules[model], rank == 0));
        }
        return request;
    }

    /** A later model is right more often. */
    private double score(int prompt, int model) {
        return (prompt * 31 + model) % models <= model ? 1 : 0;
    }
}
