package dev.messplus.local.report;

import dev.messplus.report.Figures;
import java.util.ArrayList;
import java.util.List;

/** The headline figures of the page: score, energy, and energy relative to each baseline. */
final class Tiles {

    private Tiles() {}

    /** A headline figure. */
    record Tile(String label, String value, String note, Tone tone) {}

    /** Whether a headline figure is good news. */
    enum Tone {
        GOOD,
        BAD,
        NEUTRAL
    }

    static List<Tile> of(RunReport report, Summary summary, List<PolicyRow> baselines) {
        PolicyRow mess = summary.mess();
        List<Tile> tiles = new ArrayList<>();
        tiles.add(score(report, mess));
        tiles.add(
                new Tile(
                        "Energy per request" + (report.estimated() ? " (estimated)" : ""),
                        Figures.joules(mess.joulesPerRequest()) + " J",
                        summary.split().describe(),
                        Tone.NEUTRAL));
        baselines.forEach(baseline -> tiles.add(comparison(mess, baseline)));
        return tiles;
    }

    private static Tile score(RunReport report, PolicyRow mess) {
        boolean scored = !Double.isNaN(mess.score());
        String verdict = !scored ? "untested" : mess.meetsAlpha() ? "met" : "missed";
        return new Tile(
                "Average score",
                Figures.score(mess.score()),
                "alpha " + Figures.score(report.alpha()) + " " + verdict,
                !scored ? Tone.NEUTRAL : mess.meetsAlpha() ? Tone.GOOD : Tone.BAD);
    }

    private static Tile comparison(PolicyRow mess, PolicyRow baseline) {
        double joules = mess.joulesPerRequest();
        double factor = joules / baseline.joulesPerRequest();
        // Lower energy is no merit of a run that missed its promise.
        Tone tone = factor > 1 ? Tone.BAD : mess.meetsAlpha() ? Tone.GOOD : Tone.NEUTRAL;
        return new Tile(
                "Energy vs " + baseline.name(),
                Figures.change(joules, baseline.joulesPerRequest()),
                Figures.joules(baseline.joulesPerRequest())
                        + " J, scores "
                        + Figures.score(baseline.score())
                        + (baseline.meetsAlpha() ? "" : ", misses alpha"),
                tone);
    }
}
