package dev.messplus.replay;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What could be done with every outcome known: the least energy whose mean score reaches alpha,
 * where at most one request may be answered by two models in part. No policy that reaches alpha
 * spends less.
 *
 * <p>This is the linear relaxation of a multiple-choice knapsack (Sinha, Zoltners 1979), solved
 * exactly: each request starts with its cheapest model and may move up the convex hull of its
 * models' (score, joules), and the moves of fewest joules for a point of score are taken until the
 * mean reaches alpha. If nothing reaches it, every request gets its best answer.
 */
final class Clairvoyant {

    private Clairvoyant() {}

    /** A step up the hull of the request at a place of the order. */
    private record Move(int place, int to, double score, double joules) {}

    /** The optimum over requests, by their indices. */
    static SeedResult run(Traffic traffic, double alpha, int[] order) {
        var model = new int[order.length];
        double missing = alpha * order.length;
        List<Move> moves = new ArrayList<>();
        for (int i = 0; i < order.length; i++) {
            Recorded request = traffic.requests().get(order[i]);
            List<Integer> hull = hull(request);
            model[i] = hull.get(0);
            missing -= request.scores()[model[i]];
            for (int h = 1; h < hull.size(); h++) {
                int from = hull.get(h - 1);
                int to = hull.get(h);
                moves.add(
                        new Move(
                                i,
                                to,
                                request.scores()[to] - request.scores()[from],
                                request.joules()[to] - request.joules()[from]));
            }
        }
        // Stable, and hulls are convex: the moves of one request stay in their order.
        moves.sort(Comparator.comparingDouble(move -> move.joules() / move.score()));
        Move last = null;
        double part = 0;
        for (Move move : moves) {
            if (missing <= 0) {
                break;
            }
            if (move.score() > missing) {
                last = move;
                part = missing / move.score();
            } else {
                model[move.place()] = move.to();
            }
            missing -= move.score();
        }
        return tally(traffic, alpha, order, model, last, part);
    }

    private static SeedResult tally(
            Traffic traffic, double alpha, int[] order, int[] model, Move last, double part) {
        var tally = new Tally(alpha, traffic.models().size(), order.length);
        for (int i = 0; i < order.length; i++) {
            Recorded request = traffic.requests().get(order[i]);
            double share = last != null && last.place() == i ? part : 0;
            double score = request.scores()[model[i]];
            double joules = request.joules()[model[i]];
            tally.answeredBy(model[i], 1 - share);
            if (share > 0) {
                score += share * last.score();
                joules += share * last.joules();
                tally.answeredBy(last.to(), share);
            }
            tally.serve(score, joules, 0);
        }
        return tally.result();
    }

    /** Models that some price of score would choose, by rising score; the first is the cheapest. */
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

    /** Joules for a point of score, from one model to another. */
    private static double price(Recorded request, int from, int to) {
        return (request.joules()[to] - request.joules()[from])
                / (request.scores()[to] - request.scores()[from]);
    }
}
