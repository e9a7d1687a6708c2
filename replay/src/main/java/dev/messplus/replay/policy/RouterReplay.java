package dev.messplus.replay.policy;

import dev.messplus.replay.outcome.Arrivals;
import dev.messplus.replay.outcome.Recorded;
import dev.messplus.replay.router.Router;
import dev.messplus.replay.router.RouterChoice;
import dev.messplus.replay.router.RouterOutcome;
import dev.messplus.replay.router.RouterSetting;
import java.util.Arrays;
import java.util.function.Function;

/**
 * A router on the stream of an episode: the same {@link FeedbackSchedule} and the same tally as for
 * MESS+. A router learns the joules of a request with its labels, because it knows mean joules from
 * the start. It says which of several answers is served before it sees them.
 */
final class RouterReplay {

    private final Arrivals arrivals;
    private final FeedbackSchedule delivery;
    private final Router router;
    private final Tally tally;
    private final SlaWindow window;
    private final RouterOutcome[] decided;

    /** A replay of one episode. */
    RouterReplay(Episode episode, Function<RouterSetting, Router> routers) {
        arrivals = episode.arrivals();
        delivery = episode.delivery();
        router = routers.apply(setting(episode));
        tally = new Tally(episode.alpha(), episode.models().size(), arrivals.size());
        window = episode.window();
        decided = new RouterOutcome[arrivals.size()];
    }

    private static RouterSetting setting(Episode episode) {
        return new RouterSetting(
                episode.arrivals().means(),
                1 + episode.arrivals().get(0).features().length,
                episode.alpha(),
                episode.arrivals().size(),
                episode.seed());
    }

    SeedResult run() {
        for (int step = 0; step < delivery.steps(); step++) {
            for (int i : delivery.due(step)) {
                report(i, step);
            }
            if (step < decided.length) {
                decided[step] = decide(step);
            }
        }
        return tally.result(window);
    }

    /** Reports the labels of a request, or that none will come. */
    private void report(int i, int step) {
        RouterOutcome outcome = decided[i];
        if (outcome == null) {
            return;
        }
        boolean labelled = delivery.labelAt(i) == step && outcome.isLabelled();
        if (labelled || delivery.givenUpAt(i) == step) {
            router.learn(outcome);
            decided[i] = null;
        }
    }

    private RouterOutcome decide(int i) {
        Recorded request = arrivals.get(i);
        double[] x = withConstant(request.features());
        RouterChoice choice = router.choose(x);
        count(request, choice);
        return new RouterOutcome(x, choice, labels(i, request, choice), joules(request, choice));
    }

    private void count(Recorded request, RouterChoice choice) {
        double all = choice.asked().stream().mapToDouble(model -> request.joules()[model]).sum();
        double joules = request.joules()[choice.served()];
        tally.serve(request.scores()[choice.served()], joules, all - joules);
        tally.answeredBy(choice.served(), 1);
        if (choice.explores()) {
            tally.explored();
        }
    }

    private double[] labels(int i, Recorded request, RouterChoice choice) {
        double[] labels = unknown();
        double served = request.scores()[choice.served()];
        if (delivery.isRated(i, served)) {
            labels[choice.served()] = served;
            if (delivery.labelsEveryAnswer()) {
                choice.asked().forEach(model -> labels[model] = request.scores()[model]);
            }
        }
        return labels;
    }

    private double[] joules(Recorded request, RouterChoice choice) {
        double[] joules = unknown();
        choice.asked().forEach(model -> joules[model] = request.joules()[model]);
        return joules;
    }

    private double[] unknown() {
        var values = new double[arrivals.models().size()];
        Arrays.fill(values, Double.NaN);
        return values;
    }

    private static double[] withConstant(float[] features) {
        var x = new double[1 + features.length];
        x[0] = 1;
        for (int i = 0; i < features.length; i++) {
            x[1 + i] = features[i];
        }
        return x;
    }
}
