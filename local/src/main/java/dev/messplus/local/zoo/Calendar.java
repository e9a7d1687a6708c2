package dev.messplus.local.zoo;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Counts days. Reads and writes lower case. */
final class Calendar {

    private static final DateTimeFormatter DATE =
            new DateTimeFormatterBuilder()
                    .parseCaseInsensitive()
                    .appendPattern("d MMMM uuuu")
                    .toFormatter(Locale.ENGLISH);

    private static final Pattern A_DATE = Pattern.compile("\\d{1,2} [a-z]+ \\d{4}");
    private static final Pattern DAYS = Pattern.compile("(\\d{1,6}) days");
    private static final Pattern DAY_OF_WEEK =
            Pattern.compile("monday|tuesday|wednesday|thursday|friday|saturday|sunday");

    /** The day of the week, the date or the number of days that is asked for; empty if none is. */
    Optional<String> answer(String text) {
        List<LocalDate> dates = dates(text);
        if (dates.size() == 2) {
            long days = ChronoUnit.DAYS.between(dates.get(0), dates.get(1));
            return Optional.of(String.valueOf(Math.abs(days)));
        }
        Matcher days = DAYS.matcher(text);
        if (!days.find()) {
            return Optional.empty();
        }
        long count = Long.parseLong(days.group(1)) * (text.contains("before") ? -1 : 1);
        if (dates.size() == 1) {
            return Optional.of(lower(DATE.format(dates.get(0).plusDays(count))));
        }
        Matcher day = DAY_OF_WEEK.matcher(text);
        return day.find()
                ? Optional.of(
                        lower(
                                DayOfWeek.valueOf(day.group().toUpperCase(Locale.ROOT))
                                        .plus(count)
                                        .name()))
                : Optional.empty();
    }

    private static List<LocalDate> dates(String text) {
        List<LocalDate> dates = new ArrayList<>();
        Matcher date = A_DATE.matcher(text);
        while (date.find()) {
            try {
                dates.add(LocalDate.parse(date.group(), DATE));
            } catch (DateTimeParseException e) {
                // Not a date after all.
            }
        }
        return dates;
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
