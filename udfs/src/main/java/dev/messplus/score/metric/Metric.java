package dev.messplus.score.metric;

import java.util.Arrays;
import java.util.List;

/**
 * Scores a model's output against known right answers.
 *
 * <p>A score is in [0, 1], never NaN, and depends on the texts alone. Every metric accepts any text
 * of any length, also empty, blank or malformed. The time is linear in the length of the texts (n
 * log n if words were crafted to share a hash code), except for {@link #ROUGE_L}, which takes time
 * proportional to the product of the two lengths.
 */
public enum Metric {
    /**
     * 1 if the output and a reference consist of the same words, else 0.
     *
     * <p>Words are those of SQuAD's evaluation script (Rajpurkar et al., 2016): lower-cased,
     * without punctuation and the articles a, an and the, with white space collapsed. Two rules are
     * added. Punctuation includes that of Unicode, and an ideograph is a word of its own, because
     * its script has no spaces between words. A rule that would leave nothing of a text does not
     * apply, so that the answers {@code A} and {@code +} differ from the answers {@code The} and
     * {@code -}. A blank output matches a blank reference, the no-answer convention of SQuAD 2.0.
     */
    EXACT("exact"),

    /**
     * SQuAD's token F1: the harmonic mean of precision and recall of the output's words, which are
     * those of {@link #EXACT}. The highest over the references. 1 if both texts are blank.
     */
    F1("f1"),

    /**
     * Sentence BLEU (Papineni et al., 2002) as computed by sacreBLEU's {@code sentence_bleu} with
     * its defaults, on a scale of 0 to 1: 13a tokens, case-sensitive, n-grams up to 4 or to the
     * length of the output, exponential smoothing. Several references are scored jointly, as BLEU
     * defines it. 0 if no word matches.
     *
     * @see BleuStatistics#corpusScore corpus BLEU
     */
    BLEU("bleu"),

    /**
     * The F-measure of the words that both texts contain, as computed by Google's rouge-score
     * without stemming; the highest over the references.
     *
     * <p>A word is a run of letters, marks and digits, lower-cased. On ASCII the result is that of
     * rouge-score, which supports nothing else; here other scripts count too, and an ideograph is a
     * word of its own. 0 if either text has no word.
     */
    ROUGE_1("rouge1"),

    /**
     * Like {@link #ROUGE_1} for pairs of adjacent words. 0 if either text has fewer than two words.
     */
    ROUGE_2("rouge2"),

    /**
     * Like {@link #ROUGE_1} for the longest common subsequence of the two texts, each as one
     * sentence. Memory is linear in the length of the texts, time is quadratic: two texts of a
     * megabyte take seconds.
     */
    ROUGE_L("rougeL"),

    /**
     * 1 if the output picks the option that a reference names, by its letter or by its text, else
     * 0.
     *
     * <p>A <em>label</em> is one of the letters A to Z, in either case, in one of these forms.
     * Brackets, quotes and the markup {@code * _ `} may surround it, and the word "option" or
     * "choice" may precede it.
     *
     * <ol>
     *   <li>Alone: {@code B}, {@code (b)}, {@code **B.**}
     *   <li>Separated from the text that follows by a closing bracket, by a full stop or colon and
     *       white space, by a dash between white space, or by the end of the line: {@code B)
     *       Paris}, {@code B. Paris}, {@code B - Paris}
     *   <li>A capital after "answer", "option" or "choice" and "is", a colon or an equals sign,
     *       whatever follows: {@code The answer is B because…}. In this form, "I" before another
     *       word is a word, not a label; so is "A" unless "is" precedes it: {@code Answer: A dog}.
     * </ol>
     *
     * <p>A bare letter before other words is therefore not a label ({@code A dog barks}). A label
     * that a comma, a slash, &, "and" or "or" joins to another capital letter is a hedge, not a
     * label ({@code A or B}).
     *
     * <p>The output's answer is the rest of the line after "answer is", "answer:" and similar
     * phrases. Of several such answers, the last one with a label counts, or else the last one;
     * without such a phrase, the whole output is the answer. A reference is read in the same way,
     * so {@code B}, {@code B. Paris} and {@code Paris} are all accepted. If both have a label, the
     * labels are compared. Otherwise the texts without their labels must not be blank and must
     * consist of the same words, those of {@link #EXACT}.
     */
    CHOICE("choice");

    private final String wireName;

    Metric(String wireName) {
        this.wireName = wireName;
    }

    /** The metric's name in records, configuration and SQL. */
    public String wireName() {
        return wireName;
    }

    /** The names of all metrics. */
    public static List<String> wireNames() {
        return Arrays.stream(values()).map(Metric::wireName).toList();
    }

    /**
     * The metric with a name.
     *
     * @param name a {@linkplain #wireName() wire name}, case-sensitive
     * @throws IllegalArgumentException if there is no such metric; the message lists all names
     */
    public static Metric fromName(String name) {
        for (Metric metric : values()) {
            if (metric.wireName.equals(name)) {
                return metric;
            }
        }
        throw new IllegalArgumentException(
                "unknown metric '%s', must be one of %s"
                        .formatted(name, String.join(", ", wireNames())));
    }

    /**
     * Scores a model's output.
     *
     * @param output what the model wrote
     * @param references the right answers, at least one, in any order
     * @return the score, from 0 (wrong) to 1 (right)
     * @throws IllegalArgumentException if there is no reference
     */
    public double score(String output, List<String> references) {
        if (references.isEmpty()) {
            throw new IllegalArgumentException(
                    "references: %s needs at least one, had none".formatted(wireName));
        }
        return switch (this) {
            case EXACT -> Squad.exact(output, references);
            case F1 -> Squad.f1(output, references);
            case BLEU -> BleuStatistics.of(output, references).sentenceScore();
            case ROUGE_1 -> Rouge.ofNGrams(1, output, references);
            case ROUGE_2 -> Rouge.ofNGrams(2, output, references);
            case ROUGE_L -> Rouge.ofSubsequence(output, references);
            case CHOICE -> Choice.score(output, references);
        };
    }
}
