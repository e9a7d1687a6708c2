package dev.messplus.local.questions;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/** Questions about days of the week and dates of the Gregorian calendar. */
final class DateQuestions implements QuestionSource {

    /** A date such as {@code 3 March 2024}. */
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("d MMMM uuuu", Locale.ENGLISH);

    private static final int OPTIONS = 8;
    private static final LocalDate FIRST = LocalDate.of(1990, 1, 1);
    private static final int DAYS = 20_000;
    private static final int MAX_DAYS = 120;

    /** By how many days an answer may be wrong. */
    private static final int[] SLIPS = {-30, -7, -2, -1, 1, 2, 7, 10, 30, 31};

    @Override
    public ChoiceQuestion next(Random random) {
        LocalDate from = FIRST.plusDays(random.nextInt(DAYS));
        int days = 3 + random.nextInt(MAX_DAYS);
        return switch (random.nextInt(4)) {
            case 0 -> dayOfWeek(from, days, random);
            case 1 -> daysBetween(from, days, random);
            case 2 ->
                    date(
                            "Which date is %d days after %s?".formatted(days, DATE.format(from)),
                            from.plusDays(days),
                            random);
            default -> {
                int weeks = 2 + random.nextInt(9);
                yield date(
                        "A meeting takes place every week, the first time on %s. On which date is it held for the %s time?"
                                .formatted(DATE.format(from), ordinal(weeks)),
                        from.plusWeeks(weeks - 1),
                        random);
            }
        };
    }

    private static ChoiceQuestion dayOfWeek(LocalDate from, int days, Random random) {
        String right = name(from.plusDays(days).getDayOfWeek());
        List<String> wrong =
                Arrays.stream(DayOfWeek.values())
                        .map(DateQuestions::name)
                        .filter(day -> !day.equals(right))
                        .toList();
        return Choices.ask(
                Kind.DATE,
                "Today is %s. Which day of the week is it in %d days?"
                        .formatted(name(from.getDayOfWeek()), days),
                right,
                wrong,
                random);
    }

    private static ChoiceQuestion daysBetween(LocalDate from, int days, Random random) {
        LocalDate to = from.plusDays(days);
        Set<String> wrong = new LinkedHashSet<>();
        while (wrong.size() < OPTIONS - 1) {
            int slipped = days + SLIPS[random.nextInt(SLIPS.length)];
            if (slipped > 0) {
                wrong.add(String.valueOf(slipped));
            }
        }
        return Choices.ask(
                Kind.DATE,
                "How many days are there from %s to %s?"
                        .formatted(DATE.format(from), DATE.format(to)),
                String.valueOf(ChronoUnit.DAYS.between(from, to)),
                wrong,
                random);
    }

    private static String ordinal(int number) {
        return number == 2 ? "2nd" : number == 3 ? "3rd" : number + "th";
    }

    private static ChoiceQuestion date(String question, LocalDate right, Random random) {
        Set<String> wrong = new LinkedHashSet<>();
        while (wrong.size() < OPTIONS - 1) {
            wrong.add(DATE.format(right.plusDays(SLIPS[random.nextInt(SLIPS.length)])));
        }
        return Choices.ask(Kind.DATE, question, DATE.format(right), wrong, random);
    }

    private static String name(DayOfWeek day) {
        return day.getDisplayName(TextStyle.FULL, Locale.ENGLISH);
    }
}
