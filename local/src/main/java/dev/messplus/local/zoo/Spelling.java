package dev.messplus.local.zoo;

import dev.messplus.local.questions.MultipleChoice;
import java.util.List;

/**
 * Prefers the option that shares most character trigrams with the subject of the question, or
 * fewest with the other options if the odd one out is sought. It compares spelling rather than
 * meaning and takes microseconds.
 */
final class Spelling implements OptionScorer {

    @Override
    public double[] score(MultipleChoice question) {
        List<Trigrams> options = question.options().stream().map(Trigrams::new).toList();
        if (question.seeksOddOneOut()) {
            return OddOneOut.scores(
                    options.size(), (i, j) -> options.get(i).overlap(options.get(j)));
        }
        Trigrams subject = new Trigrams(question.subject());
        return options.stream().mapToDouble(subject::overlap).toArray();
    }
}
