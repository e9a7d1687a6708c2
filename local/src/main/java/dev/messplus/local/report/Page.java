package dev.messplus.local.report;

import dev.messplus.local.report.PolicyRow.Kind;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/**
 * The data of the HTML page, as its script reads them. Texts are ready to be shown; numbers are for
 * the plots, {@code null} where a value is unknown.
 *
 * @param headline the run in one sentence
 * @param subtitle SLA, size and energy source of the run
 * @param estimated whether any joules are an estimate
 * @param models ids of the models, in the order of the zoo
 * @param shortModels names of the models that fit into a plot, in the same order
 * @param words the run for somebody who knows nothing of MESS+, in some sentences
 * @param tiles headline figures
 * @param rows the policies, MESS+ first
 * @param kinds what was done with each kind of prompt; empty if there is only one
 * @param receipts the requests one by one, in order of completion; empty if they were not kept
 * @param receiptWords what the receipts have in common
 * @param titles headings of the plots
 * @param tradeOffNote why the heading of that plot names another static mix than the table; empty
 *     if it does not
 * @param series the run over time
 * @param references baselines in the plot of energy
 * @param frontier the static mixes of least energy, from cheapest to most accurate
 * @param alpha promised average score, in [0, 1]
 * @param alphaText {@code alpha} as text
 * @param caveats what a reader must know before quoting a number
 * @param facts settings and measures of the run
 */
@RecordBuilder
record Page(
        String headline,
        String subtitle,
        boolean estimated,
        List<String> models,
        List<String> shortModels,
        List<String> words,
        List<Tile> tiles,
        List<Row> rows,
        List<KindLine> kinds,
        List<Receipted> receipts,
        ReceiptWords receiptWords,
        Titles titles,
        String tradeOffNote,
        Series series,
        List<Reference> references,
        List<Point> frontier,
        Double alpha,
        String alphaText,
        List<String> caveats,
        List<Fact> facts) {

    /** A headline figure. */
    record Tile(String label, String value, String note, Tone tone) {}

    /** Whether a headline figure is good news. */
    enum Tone {
        GOOD,
        BAD,
        NEUTRAL
    }

    /**
     * A policy, as text for the table and as a point for the plot.
     *
     * @param kind which policy
     * @param name name in the table
     * @param label name beside the point
     * @param joules energy per request
     * @param vsMix energy relative to the best static mix
     * @param score mean score
     * @param meets whether the score reaches alpha
     * @param shares share of answers by each model, in the order of the zoo
     * @param widths the same shares as numbers, in [0, 1]
     * @param explored share of requests that explored
     * @param x energy per request, in joules
     * @param y mean score, in [0, 1]
     */
    @RecordBuilder
    record Row(
            Kind kind,
            String name,
            String label,
            String joules,
            String vsMix,
            String score,
            String meets,
            List<String> shares,
            List<Double> widths,
            String explored,
            Double x,
            Double y) {}

    /**
     * A kind of prompt.
     *
     * @param shares share of answers by each model, in the order of the zoo
     * @param widths the same shares as numbers, in [0, 1]
     * @param hindsight what the models score on it, as is known afterwards
     */
    @RecordBuilder
    record KindLine(
            String kind,
            String requests,
            String joules,
            String score,
            List<String> shares,
            List<Double> widths,
            String hindsight) {}

    /**
     * A request.
     *
     * @param called number of models that were called
     * @param sheet why they were, and what came of it
     */
    @RecordBuilder
    record Receipted(
            String id,
            String kind,
            String prompt,
            String reference,
            String model,
            String score,
            String joules,
            int called,
            ReceiptSheet sheet) {}

    /**
     * What the receipts have in common.
     *
     * @param columns names of the columns of their rows
     * @param legend how they are to be read
     */
    record ReceiptWords(List<String> columns, String legend) {}

    /** The headings of the plots: each says what its plot shows. */
    record Titles(String score, String queue, String energy, String mix, String tradeOff) {}

    /**
     * The run over time: {@link Curves} by column. All lists have one value per point; {@code
     * shares} has one such list per model.
     *
     * @param window number of requests behind {@code windowScore} and {@code shares}
     * @param energyUnit unit of {@code energy} and of {@link Reference#energyPerRequest}
     */
    @RecordBuilder
    record Series(
            int window,
            String energyUnit,
            List<Integer> request,
            List<Double> averageScore,
            List<Double> windowScore,
            List<Double> pressure,
            List<EnergyPart> energy,
            List<List<Double>> shares) {}

    /** One use of the energy, and what it took so far. */
    record EnergyPart(String label, List<Double> soFar) {}

    /** A baseline, which spends the same on every request. */
    record Reference(Kind kind, String label, Double energyPerRequest) {}

    /** A static mix: joules per request, and mean score. */
    record Point(Double x, Double y) {}

    /** A setting or a measure of the run. */
    record Fact(String name, String value) {}
}
