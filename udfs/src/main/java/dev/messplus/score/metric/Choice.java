package dev.messplus.score.metric;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@link Metric#CHOICE}; its Javadoc states the rules. */
final class Choice {

    private static final String OPENING =
            "[\\s*_`\"'(\\[{]*+(?:(?i:option|choice)\\s++[*_`\"'(\\[{]*+)?+";
    private static final String MARKUP = "[*_`\"']*+";
    private static final String CLOSING = "[*_`\"')\\]}]*+";

    /** Not joined to another label. The pronoun in "B, I think" is not a label. */
    private static final String UNHEDGED =
            "(?!\\s*+(?:[,/&]\\s*+(?:(?:and|or)\\s)?+|(?:and|or)\\s)\\s*+"
                    + (OPENING + "[A-HJ-Z](?![\\p{L}\\p{N}]))");

    /** A label that stands alone or is separated from the text that follows. */
    private static final Pattern LABEL =
            Pattern.compile(
                    OPENING
                            + "(?<label>[A-Za-z])"
                            + "(?:[\\s*_`\"')\\]}.:,;!]*+$"
                            + ("|" + MARKUP + "[)\\]}]" + CLOSING + UNHEDGED)
                            + ("|" + MARKUP + "[.:]" + MARKUP + "(?=\\s)" + UNHEDGED)
                            + ("|" + CLOSING + "\\s++[-\\u2013\\u2014](?=\\s)")
                            + ("|" + CLOSING + "\\h*+\\R)"));

    /** The phrase that introduces an answer, with the white space after it. */
    private static final Pattern PHRASE =
            Pattern.compile(
                    "(?i)(?<![\\p{L}\\p{N}])(?:answer|option|choice)[*_\"]*+"
                            + "(?:\\s++(?<is>is)(?![\\p{L}\\p{N}])\\s*+:?|\\s*+[:=])"
                            + "[\\s\\x1c-\\x1f]*+",
                    Pattern.UNICODE_CHARACTER_CLASS);

    /** A capital letter that need not be separated, and whether a word follows on its line. */
    private static final Pattern LABEL_AFTER_PHRASE =
            Pattern.compile(
                    OPENING
                            + ("(?<label>[A-Z])(?![\\p{L}\\p{N}'\\u2019])" + CLOSING + UNHEDGED)
                            + "(?<words>\\h++\\p{L})?");

    private Choice() {}

    static double score(String output, List<String> references) {
        Option answer = read(output);
        return FMeasure.best(references, reference -> answer.isSameAs(read(reference)) ? 1 : 0);
    }

    private static Option read(String text) {
        Span answer = null;
        int lineEnd = -1;
        Matcher phrase = PHRASE.matcher(text);
        while (phrase.find() && phrase.end() < text.length()) {
            int start = phrase.end();
            if (lineEnd < start) {
                int newline = text.indexOf('\n', start);
                lineEnd = newline < 0 ? text.length() : newline;
            }
            Span next = label(text, start, lineEnd);
            if (next.label.isEmpty()) {
                next = labelAfterPhrase(text, start, lineEnd, phrase.group("is") != null);
            }
            if (answer == null || answer.label.isEmpty() || !next.label.isEmpty()) {
                answer = next;
            }
        }
        if (answer == null) {
            answer = label(text, 0, text.length());
        }
        return new Option(answer.label, Tokenizers.squad(text.substring(answer.start, answer.end)));
    }

    private static Span label(String text, int start, int end) {
        Matcher label = LABEL.matcher(text).region(start, end);
        return label.lookingAt()
                ? new Span(label.group("label"), label.end(), end)
                : new Span("", start, end);
    }

    private static Span labelAfterPhrase(String text, int start, int end, boolean afterIs) {
        Matcher label = LABEL_AFTER_PHRASE.matcher(text).region(start, end);
        if (!label.lookingAt()) {
            return new Span("", start, end);
        }
        String letter = label.group("label");
        boolean isWord =
                label.group("words") != null
                        && (letter.equals("I") || (letter.equals("A") && !afterIs));
        return isWord ? new Span("", start, end) : new Span(letter, label.end("label"), end);
    }

    /** The range of an option's text, after its label; the label is empty if there is none. */
    private record Span(String label, int start, int end) {}

    /** An option: its label, empty if there is none, and the words of its text. */
    private record Option(String label, List<String> words) {

        boolean isSameAs(Option other) {
            return (label.isEmpty() || other.label.isEmpty())
                    ? !words.isEmpty() && words.equals(other.words)
                    : label.equalsIgnoreCase(other.label);
        }
    }
}
