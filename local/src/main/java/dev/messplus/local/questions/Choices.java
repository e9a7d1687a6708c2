package dev.messplus.local.questions;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Writes questions with lettered options. */
final class Choices {

    private Choices() {}

    /**
     * A question whose options stand in random order, one per line.
     *
     * @param wrong the other options; none equals {@code right}
     */
    static ChoiceQuestion ask(
            Kind kind, String text, String right, Collection<String> wrong, Random random) {
        List<String> options = new ArrayList<>(wrong);
        options.add(right);
        Collections.shuffle(options, random);
        StringBuilder prompt = new StringBuilder(text);
        for (int i = 0; i < options.size(); i++) {
            prompt.append('\n')
                    .append(MultipleChoice.letter(i))
                    .append(") ")
                    .append(options.get(i));
        }
        char reference = MultipleChoice.letter(options.indexOf(right));
        return new ChoiceQuestion(prompt.toString(), String.valueOf(reference), kind);
    }
}
