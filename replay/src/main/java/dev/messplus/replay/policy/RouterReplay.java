package dev.messplus.replay.policy;

import dev.messplus.replay.outcome.Recorded;
import dev.messplus.replay.router.Choice;
import dev.messplus.replay.router.Outcome;
import dev.messplus.replay.router.Router;
import dev.messplus.replay.router.Setting;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A router on the stream that {@link StreamReplay} models: the same delays, the same labels that
 * never come, the same tally. The router says which of several answers is served before it sees
 * them.
 */
final class RouterReplay {

    private final Episode episode;
    private final Router router;
    private final Tally tally;
    private final Outcome[] waiting;
    private final SplittableRandom labels;

    /** A replay of one episode. */
    RouterReplay(Episode episode, Function<Setting, Router> routers) {
        this.episode = episode;
        router = routers.apply(setting(episode));
        int requests = episode.order().length;
        tally = new Tally(episode.alpha(), episode.traffic().models().size(), requests);
        waiting = new Outcome[requests];
        labels = new SplittableRandom(episode.seed());
    }

    private static Setting setting(Episode episode) {
        return new Setting(
                episode.traffic().means(episode.order()),
                1 + episode.traffic().requests().get(0).features().length,
                episode.alpha(),
                episode.order().length,
                episode.seed());
    }

    SeedResult run() {
        int requests = waiting.length;
        int inFlight = Math.min(episode.inFlight(), requests);
        int patience = 2 * Math.max(inFlight, 1);
        for (int i = 0; i < requests + patience + 1; i++) {
            tell(i - 1 - inFlight, Outcome::isLabelled);
            tell(i - 1 - patience, outcome -> true);
            if (i < requests) {
                waiting[i] = decide(episode.traffic().requests().get(episode.order()[i]));
            }
        }
        return tally.result();
    }

    private Outcome decide(Recorded request) {
        double[] x = withConstant(request.features());
        Choice choice = router.choose(x);
        boolean labelled = labels.nextDouble() < episode.feedbackRate();
        double[] scores = only(choice, request.scores(), labelled);
        double[] joules = only(choice, request.joules(), true);
        serve(request, choice);
        return new Outcome(x, choice, scores, joules);
    }

    private void serve(Recorded request, Choice choice) {
        double paid = choice.asked().stream().mapToDouble(m -> request.joules()[m]).sum();
        double joules = request.joules()[choice.served()];
        tally.serve(request.scores()[choice.served()], joules, paid - joules);
        tally.answeredBy(choice.served(), 1);
        if (choice.explores()) {
            tally.explored();
        }
    }

    private void tell(int i, Predicate<Outcome> when) {
        if (i >= 0 && i < waiting.length && waiting[i] != null && when.test(waiting[i])) {
            router.learn(waiting[i]);
            waiting[i] = null;
        }
    }

    /** The values of the models asked, and {@code NaN} for the others. */
    private static double[] only(Choice choice, double[] values, boolean known) {
        var seen = new double[values.length];
        Arrays.fill(seen, Double.NaN);
        if (known) {
            choice.asked().forEach(model -> seen[model] = values[model]);
        }
        return seen;
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
