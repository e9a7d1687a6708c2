package dev.messplus.replay;

import java.util.Comparator;
import java.util.List;

/** The settings of the published rule that are tried. */
final class PaperGrid {

    private static final List<Double> V = List.of(.05, .2, 1.0, 4.0);
    private static final List<Double> C = List.of(.1, .5, 1.0, 3.0);

    /** Share of seeds that must meet alpha. */
    private static final double ENOUGH = .9;

    static final String NOTE =
            "mess+ (paper, best V and c): the best in hindsight of V in %s, over the dearest model's mean joules, and c in %s: least energy among those that met alpha in 9 of 10 seeds."
                    .formatted(V, C);

    private PaperGrid() {}

    /**
     * A point of the grid.
     *
     * @param v weight of energy over the dearest model's mean, which makes it comparable between
     *     zoos; the published rule takes it over joules
     * @param c rate of exploration
     */
    record Point(double v, double c) {

        /** What the point is called. */
        String title() {
            return "V %s, c %s".formatted(v, c);
        }
    }

    static List<Point> points() {
        return V.stream().flatMap(v -> C.stream().map(c -> new Point(v, c))).toList();
    }

    /** The one of least energy among those that met alpha often enough, or else most often. */
    static ReplayRow best(List<ReplayRow> rows) {
        return rows.stream()
                .min(
                        Comparator.<ReplayRow>comparingDouble(
                                        row -> -Math.min(row.metShare(), ENOUGH))
                                .thenComparing(row -> row.energy().mean()))
                .orElseThrow();
    }
}
