package dev.messplus.replay.policy;

import dev.messplus.replay.outcome.Recorded;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The least energy whose mean score reaches alpha, with every outcome known. At most one request is
 * answered by two models in part, so this is a lower bound on the energy of any policy that reaches
 * alpha.
 *
 * <p>The problem is the linear relaxation of a multiple-choice knapsack, which a greedy algorithm
 * solves exactly (Sinha and Zoltners, "The multiple-choice knapsack problem", 1979). Each request
 * starts with its cheapest model and may move up the convex hull of its models' (score, joules).
 * Moves are taken by rising joules per point of score until the mean reaches alpha. If no choice
 * reaches alpha, every request gets its best answer.
 */
final class ClairvoyantPolicy implements ReplayPolicy {

    /** A step up the hull of the request at a place of the order. */
    private record Move(int place, int to, double score, double joules) {}

    /** The model of each place of the order, and the share of one place that a last move takes. */
    private record Choice(int[] models, Move last, double share) {}

    @Override
    public SeedResult replay(Episode episode) {
        List<Recorded> requests = episode.arrivals().all();
        Choice choice = choose(requests, episode.alpha());
        var tally = new Tally(episode.alpha(), episode.models().size(), requests.size());
        for (int i = 0; i < requests.size(); i++) {
            serve(requests.get(i), i, choice, tally);
        }
        return tally.result(episode.window());
    }

    private static Choice choose(List<Recorded> requests, double alpha) {
        var models = new int[requests.size()];
        List<Move> moves = new ArrayList<>();
        double missing = alpha * requests.size();
        for (int i = 0; i < models.length; i++) {
            List<Integer> hull = hull(requests.get(i));
            models[i] = hull.get(0);
            missing -= requests.get(i).scores()[models[i]];
            addMoves(moves, i, requests.get(i), hull);
        }
        // The sort is stable and hulls are convex, so the moves of a request stay in their order.
        moves.sort(Comparator.comparingDouble(move -> move.joules() / move.score()));
        for (Move move : moves) {
            if (missing <= 0) {
                break;
            }
            if (move.score() > missing) {
                return new Choice(models, move, missing / move.score());
            }
            models[move.place()] = move.to();
            missing -= move.score();
        }
        return new Choice(models, null, 0);
    }

    private static void addMoves(
            List<Move> moves, int place, Recorded request, List<Integer> hull) {
        for (int h = 1; h < hull.size(); h++) {
            int from = hull.get(h - 1);
            int to = hull.get(h);
            moves.add(
                    new Move(
                            place,
                            to,
                            request.scores()[to] - request.scores()[from],
                            request.joules()[to] - request.joules()[from]));
        }
    }

    private static void serve(Recorded request, int place, Choice choice, Tally tally) {
        Move last = choice.last();
        int model = choice.models()[place];
        double share = last != null && last.place() == place ? choice.share() : 0;
        double score = request.scores()[model];
        double joules = request.joules()[model];
        tally.answeredBy(model, 1 - share);
        if (share > 0) {
            score += share * last.score();
            joules += share * last.joules();
            tally.answeredBy(last.to(), share);
        }
        tally.serve(score, joules, 0);
    }

    /**
     * The models on the lower convex hull of (score, joules), by rising score; the first is the
     * cheapest.
     */
    private static List<Integer> hull(Recorded request) {
        double[] scores = request.scores();
        double[] joules = request.joules();
        List<Integer> byJoules =
                IntStream.range(0, scores.length)
                        .boxed()
                        .sorted(
                                Comparator.<Integer>comparingDouble(m -> joules[m])
                                        .thenComparing(m -> -scores[m]))
                        .toList();
        List<Integer> hull = new ArrayList<>();
        for (int m : byJoules) {
            if (!hull.isEmpty() && scores[m] <= scores[hull.get(hull.size() - 1)]) {
                continue;
            }
            while (hull.size() > 1
                    && price(request, hull.get(hull.size() - 2), hull.get(hull.size() - 1))
                            >= price(request, hull.get(hull.size() - 1), m)) {
                hull.remove(hull.size() - 1);
            }
            hull.add(m);
        }
        return hull;
    }

    /** Joules per point of score, from one model to another. */
    private static double price(Recorded request, int from, int to) {
        return (request.joules()[to] - request.joules()[from])
                / (request.scores()[to] - request.scores()[from]);
    }
}
