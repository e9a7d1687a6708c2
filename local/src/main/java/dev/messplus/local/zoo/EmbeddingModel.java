package dev.messplus.local.zoo;

import dev.messplus.embedding.onnx.OnnxEmbedder;
import java.util.List;

/**
 * Chooses the option whose embedding is nearest to that of the subject of the question.
 *
 * <p>The score of an option is the sum of its cosines under all embedders. A phrasing can turn bare
 * words into the kind of text that sentence models are trained on. Spelling can add to the score,
 * because sentence models see word pieces rather than letters.
 */
final class EmbeddingModel implements ZooModel {

    private final List<OnnxEmbedder> embedders;
    private final String phrasing;
    private final double spellingWeight;

    /**
     * @param embedders at least one; they are closed with this model
     * @param phrasing text with {@code %s} in place of the subject or the option
     * @param spellingWeight weight of the trigram overlap in the sum of cosines, 0 or more
     */
    EmbeddingModel(List<OnnxEmbedder> embedders, String phrasing, double spellingWeight) {
        this.embedders = embedders;
        this.phrasing = phrasing;
        this.spellingWeight = spellingWeight;
    }

    @Override
    public String answer(String prompt) {
        var question = MultipleChoice.parse(prompt);
        var scores = new double[question.options().size()];
        var options = question.options().stream().map(this::phrased).toList();
        for (OnnxEmbedder embedder : embedders) {
            var subject = embedder.embed(phrased(question.subject()));
            // One batch: options are about equally short, while the subject may be much longer.
            var candidates = embedder.embedTogether(options);
            for (int i = 0; i < scores.length; i++) {
                scores[i] += dot(subject, candidates[i]);
            }
        }
        if (spellingWeight > 0) {
            var letters = new Trigrams(question.subject());
            for (int i = 0; i < scores.length; i++) {
                var option = new Trigrams(question.options().get(i));
                scores[i] += spellingWeight * letters.overlap(option);
            }
        }
        return question.answer(scores);
    }

    @Override
    public void close() {
        embedders.forEach(OnnxEmbedder::close);
    }

    private String phrased(String text) {
        return phrasing.replace("%s", text);
    }

    private static double dot(float[] a, float[] b) {
        double dot = 0;
        for (int i = 0; i < a.length; i++) {
            dot += (double) a[i] * b[i];
        }
        return dot;
    }
}
