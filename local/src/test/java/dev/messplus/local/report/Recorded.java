package dev.messplus.local.report;

import java.util.ArrayList;
import java.util.List;

/** Recorded outcomes as tables of numbers: by prompt, then by model. */
final class Recorded {

    private Recorded() {}

    static ReferencePass pass(
            String origin, List<String> models, double[][] scores, double[][] joules) {
        List<RecordedPrompt> prompts = new ArrayList<>();
        for (int i = 0; i < scores.length; i++) {
            prompts.add(new RecordedPrompt("q" + i, "words", "prompt", scores[i], joules[i]));
        }
        return new ReferencePass(origin, models, prompts);
    }
}
