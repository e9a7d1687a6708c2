package dev.messplus.local.questions;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Conversions between two units of length, mass, volume or time. */
final class UnitQuestions implements QuestionSource {

    private static final int OPTIONS = 8;

    /** What is asked: amount, unit, and the unit of the answer. */
    private static final List<String> PHRASINGS =
            List.of(
                    "How many %3$s are %1$s %2$s?",
                    "Convert %1$s %2$s to %3$s.",
                    "What is %1$s %2$s, expressed in %3$s?",
                    "A label says %1$s %2$s. Which number does a reader need who thinks of %3$s?");

    /** By what a converted value may be wrong. */
    private static final List<String> SLIPS =
            List.of("10", "100", "1000", "0.1", "0.01", "0.001", "2", "0.5", "1.2", "6");

    @Override
    public ChoiceQuestion next(Random random) {
        Unit.Conversion conversion = Unit.CONVERSIONS.get(random.nextInt(Unit.CONVERSIONS.size()));
        BigDecimal amount = BigDecimal.valueOf(2 + random.nextInt(198), random.nextInt(2));
        BigDecimal right = amount.multiply(conversion.factor());
        Set<String> wrong = new LinkedHashSet<>();
        List<String> slips = new ArrayList<>(SLIPS);
        Collections.shuffle(slips, random);
        for (String slip : slips) {
            if (wrong.size() < OPTIONS - 1) {
                wrong.add(plain(right.multiply(new BigDecimal(slip))));
            }
        }
        return Choices.ask(
                Kind.UNIT,
                PHRASINGS
                        .get(random.nextInt(PHRASINGS.size()))
                        .formatted(plain(amount), conversion.from(), conversion.to()),
                plain(right),
                wrong,
                random);
    }

    private static String plain(BigDecimal value) {
        return value.stripTrailingZeros().toPlainString();
    }
}
