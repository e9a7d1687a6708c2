package dev.messplus.local.zoo;

import com.ibm.icu.text.RuleBasedNumberFormat;
import dev.messplus.local.questions.NumberWords;
import java.math.BigDecimal;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Solves word problems with the numbers in words, from left to right. */
final class Story {

    private static final String DIGIT_WORDS =
            "(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen"
                    + "|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty"
                    + "|seventy|eighty|ninety|hundred|thousand)";
    private static final Pattern NUMBER =
            Pattern.compile("\\b" + DIGIT_WORDS + "(?:[ -]" + DIGIT_WORDS + ")*\\b");

    private final RuleBasedNumberFormat words = NumberWords.format();

    /** An operation, and the words that stand for it. */
    private enum Operation {
        DIVIDE("equally"),
        MULTIPLY("each|such|times|rows of"),
        SUBTRACT("sells?|gives?|loses?|eats?|away|off|left|missing|empty|fewer|how many more"),
        ADD("buys?|finds?|more|on|to go|together|another");

        private final Pattern cue;

        Operation(String cues) {
            cue = Pattern.compile("\\b(?:" + cues + ")\\b");
        }

        static Optional<Operation> in(String text) {
            for (Operation operation : values()) {
                if (operation.cue.matcher(text).find()) {
                    return Optional.of(operation);
                }
            }
            return Optional.empty();
        }

        long apply(long soFar, long number) {
            return switch (this) {
                case DIVIDE -> Math.max(soFar, number) / Math.max(1, Math.min(soFar, number));
                case MULTIPLY -> soFar * number;
                case SUBTRACT -> Math.abs(soFar - number);
                case ADD -> soFar + number;
            };
        }
    }

    /** The result; empty if the text holds fewer than two numbers. */
    Optional<BigDecimal> result(String text) {
        List<Long> numbers = new ArrayList<>();
        List<String> between = new ArrayList<>();
        Matcher number = NUMBER.matcher(text);
        int end = 0;
        while (number.find()) {
            try {
                numbers.add(words.parse(number.group()).longValue());
            } catch (ParseException e) {
                return Optional.empty();
            }
            between.add(text.substring(end, number.start()));
            end = number.end();
        }
        if (numbers.size() < 2) {
            return Optional.empty();
        }
        String rest = text.substring(end);
        long result = numbers.get(0);
        for (int i = 1; i < numbers.size(); i++) {
            String before = between.get(i);
            String after = i + 1 < numbers.size() ? between.get(i + 1) : rest;
            Operation operation =
                    Operation.in(sentence(after))
                            .or(() -> Operation.in(before))
                            .or(() -> Operation.in(rest))
                            .orElse(Operation.ADD);
            result = operation.apply(result, numbers.get(i));
        }
        return Optional.of(BigDecimal.valueOf(result));
    }

    private static String sentence(String text) {
        int stop = text.indexOf('.');
        return stop < 0 ? text : text.substring(0, stop);
    }
}
