package dev.messplus.score.sql;

import dev.messplus.score.metric.BleuStatistics;
import java.util.List;
import java.util.function.Consumer;
import org.apache.flink.table.functions.AggregateFunction;

/**
 * {@linkplain BleuStatistics#corpusScore Corpus BLEU} as an SQL aggregate: {@code
 * CORPUS_BLEU(output STRING, reference STRING)}, or with an {@code ARRAY<STRING>} of references.
 * Returns a {@code DOUBLE} in [0, 1].
 *
 * <p>Rows without an output or a reference are ignored, as SQL aggregates ignore NULLs; the result
 * is NULL if no row is left. Supports retractions and all windows.
 */
public final class CorpusBleuFunction extends AggregateFunction<Double, BleuStatistics> {

    @Override
    public BleuStatistics createAccumulator() {
        return new BleuStatistics();
    }

    @Override
    public Double getValue(BleuStatistics corpus) {
        return corpus.segments == 0 ? null : corpus.corpusScore();
    }

    public void accumulate(BleuStatistics corpus, String output, String reference) {
        apply(corpus::add, output, reference);
    }

    public void accumulate(BleuStatistics corpus, String output, String[] references) {
        apply(corpus::add, output, references);
    }

    public void retract(BleuStatistics corpus, String output, String reference) {
        apply(corpus::subtract, output, reference);
    }

    public void retract(BleuStatistics corpus, String output, String[] references) {
        apply(corpus::subtract, output, references);
    }

    public void merge(BleuStatistics corpus, Iterable<BleuStatistics> parts) {
        parts.forEach(corpus::add);
    }

    private static void apply(
            Consumer<BleuStatistics> change, String output, String... references) {
        List<String> known = MetricFunction.known(references);
        if (output != null && !known.isEmpty()) {
            change.accept(BleuStatistics.of(output, known));
        }
    }
}
