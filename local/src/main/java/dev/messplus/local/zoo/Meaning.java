package dev.messplus.local.zoo;

import dev.messplus.local.questions.MultipleChoice;
import dev.messplus.sentence.onnx.OnnxEmbedder;
import java.util.List;

/**
 * Prefers the option whose embedding is nearest to that of the subject of the question, or farthest
 * from the other options if the odd one out is sought.
 */
final class Meaning implements OptionScorer {

    private final OnnxEmbedder embedder;
    private final String phrasing;

    /**
     * @param embedder closed with this scorer
     * @param phrasing text with {@code %s} in place of the subject or the option; it can turn bare
     *     words into the kind of text that sentence models are trained on
     */
    Meaning(OnnxEmbedder embedder, String phrasing) {
        this.embedder = embedder;
        this.phrasing = phrasing;
    }

    @Override
    public double[] score(MultipleChoice question) {
        // One batch: options are about equally short, while the subject may be much longer.
        List<String> phrased = question.options().stream().map(this::phrased).toList();
        float[][] options = embedder.embedTogether(phrased);
        if (question.seeksOddOneOut()) {
            return OddOneOut.scores(options.length, (i, j) -> dot(options[i], options[j]));
        }
        float[] subject = embedder.embed(phrased(question.subject()));
        double[] scores = new double[options.length];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = dot(subject, options[i]);
        }
        return scores;
    }

    @Override
    public void close() {
        embedder.close();
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
