package dev.messplus.replay.policy;

import java.util.List;

/** The settings of the published rule that are tried to find the best in hindsight. */
final class PaperGrid {

    private static final List<Double> V = List.of(.05, .2, 1.0, 4.0);
    private static final List<Double> C = List.of(.1, .5, 1.0, 3.0);

    /** The grid in words. */
    static final String SETTINGS =
            "V in %s, over the most expensive model's mean joules, and c in %s".formatted(V, C);

    private PaperGrid() {}

    /**
     * A point of the grid.
     *
     * @param v weight of energy, divided by the mean joules of the most expensive model so that it
     *     is comparable between zoos; the published rule takes it per joule
     * @param c rate of exploration
     */
    record Point(double v, double c) {

        /** The point as text, such as {@code V 0.2, c 1.0}. */
        String title() {
            return "V %s, c %s".formatted(v, c);
        }
    }

    static List<Point> points() {
        return V.stream().flatMap(v -> C.stream().map(c -> new Point(v, c))).toList();
    }
}
