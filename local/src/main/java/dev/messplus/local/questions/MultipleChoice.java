package dev.messplus.local.questions;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A multiple-choice question, parsed from a prompt.
 *
 * @param question the text before the options, joined to one line
 * @param options texts of the options A, B, …; at least 2
 */
public record MultipleChoice(String question, List<String> options) {

    private static final Pattern OPTION = Pattern.compile("([A-Z])[).:]\\s+(\\S.*)");
    private static final Pattern QUOTED = Pattern.compile("[\"“]([^\"”]+)[\"”]");

    public MultipleChoice {
        options = List.copyOf(options);
    }

    /**
     * Parses a prompt: the lines of the question, then one option per line, lettered from A.
     *
     * @throws IllegalArgumentException if it has fewer than two options
     */
    public static MultipleChoice parse(String prompt) {
        var question = new StringBuilder();
        var options = new ArrayList<String>();
        for (String line : prompt.strip().lines().map(String::strip).toList()) {
            var option = OPTION.matcher(line);
            if (option.matches() && option.group(1).charAt(0) == letter(options.size())) {
                options.add(option.group(2));
            } else if (options.isEmpty() && !line.isEmpty()) {
                question.append(question.isEmpty() ? "" : " ").append(line);
            }
        }
        if (options.size() < 2) {
            throw new IllegalArgumentException(
                    "The prompt has no options. This model answers multiple-choice questions with one option per line, lettered A), B), …");
        }
        return new MultipleChoice(question.toString(), options);
    }

    /**
     * The subject of the question: the part in quotes, or else the part after a colon, or else all
     * of it.
     */
    public String subject() {
        var quoted = QUOTED.matcher(question);
        if (quoted.find()) {
            return quoted.group(1);
        }
        int colon = question.indexOf(": ");
        return colon < 0 ? question : question.substring(colon + 2);
    }

    /** Whether the question asks for the option that is unlike the others, and has no subject. */
    public boolean seeksOddOneOut() {
        return question.contains("does not belong");
    }

    /**
     * The best option as an answer, with its letter.
     *
     * @param scores score of each option; the highest wins, and the first of equal scores
     */
    public String answer(double[] scores) {
        int best = 0;
        for (int i = 1; i < scores.length; i++) {
            if (scores[i] > scores[best]) {
                best = i;
            }
        }
        return letter(best) + ") " + options.get(best);
    }

    /** The letter of an option, A for 0. */
    static char letter(int option) {
        return (char) ('A' + option);
    }
}
