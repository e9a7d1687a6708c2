package dev.messplus.local.zoo;

import com.ibm.icu.text.RuleBasedNumberFormat;
import dev.messplus.local.questions.MultipleChoice;
import dev.messplus.local.questions.NumberWords;
import dev.messplus.local.questions.Unit;
import java.math.BigDecimal;
import java.text.ParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Calculates: word problems, conversions of units, and dates. It reads words that stand for an
 * operation, as the first solvers of such stories did (Hosseini, Hajishirzi, Etzioni and Kushman,
 * Learning to Solve Arithmetic Word Problems with Verb Categorization, 2014), so it fails where a
 * story needs more. It has no opinion on other questions. Takes microseconds.
 */
final class Calculator implements OptionScorer {

    private static final Pattern AMOUNT = Pattern.compile("([0-9]+(?:\\.[0-9]+)?) ([a-z]+)");
    private static final Pattern TARGET = Pattern.compile("(?:how many|to|in) ([a-z]+)");

    private final Story story = new Story();
    private final Calendar calendar = new Calendar();
    private final RuleBasedNumberFormat words = NumberWords.format();

    @Override
    public double[] score(MultipleChoice question) {
        String text = question.question().toLowerCase(Locale.ROOT);
        List<String> options =
                question.options().stream().map(option -> option.toLowerCase(Locale.ROOT)).toList();
        Optional<String> date = calendar.answer(text);
        if (date.isPresent()) {
            return options.stream().mapToDouble(o -> o.equals(date.get()) ? 1 : 0).toArray();
        }
        double[] scores = new double[options.size()];
        BigDecimal[] numbers = new BigDecimal[options.size()];
        for (int i = 0; i < numbers.length; i++) {
            Optional<BigDecimal> number = number(options.get(i));
            if (number.isEmpty()) {
                return scores; // the answer is no number
            }
            numbers[i] = number.get();
        }
        conversion(text)
                .or(() -> story.result(text))
                .ifPresent(
                        result -> {
                            for (int i = 0; i < numbers.length; i++) {
                                scores[i] = numbers[i].compareTo(result) == 0 ? 1 : 0;
                            }
                        });
        return scores;
    }

    private static Optional<BigDecimal> conversion(String text) {
        Matcher amount = AMOUNT.matcher(text);
        Matcher target = TARGET.matcher(text);
        if (!amount.find() || !target.find()) {
            return Optional.empty();
        }
        Optional<Unit> from = Unit.named(amount.group(2));
        Optional<Unit> to = Unit.named(target.group(1));
        return to.isPresent() && from.isPresent()
                ? from.get().convert(new BigDecimal(amount.group(1)), to.get())
                : Optional.empty();
    }

    private Optional<BigDecimal> number(String option) {
        try {
            return Optional.of(
                    Character.isDigit(option.charAt(0))
                            ? new BigDecimal(option)
                            : BigDecimal.valueOf(words.parse(option).longValue()));
        } catch (ParseException | NumberFormatException e) {
            return Optional.empty();
        }
    }
}
