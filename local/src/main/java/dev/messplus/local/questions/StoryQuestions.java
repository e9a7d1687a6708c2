package dev.messplus.local.questions;

import com.ibm.icu.text.RuleBasedNumberFormat;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.function.ToIntFunction;

/**
 * Word problems with the numbers in words. Wrong options are what other operations on the same
 * numbers give, and numbers close to the right one.
 */
final class StoryQuestions implements QuestionSource {

    private static final int OPTIONS = 8;

    /** Wrong options that are not the result of another operation differ by at most this. */
    private static final int NEAR = 12;

    private static final List<Story> STORIES =
            List.of(
                    new Story(
                            "A baker bakes %s loaves and sells %s of them."
                                    + " How many loaves are left?",
                            random -> descending(random, 10, 95), n -> n[0] - n[1]),
                    new Story(
                            "A farmer has %s sheep and buys %s more."
                                    + " How many sheep does the farmer have now?",
                            random -> two(random, 5, 90, 5, 60), n -> n[0] + n[1]),
                    new Story(
                            "A library has %s shelves with %s books on each."
                                    + " How many books does it have?",
                            random -> two(random, 3, 20, 11, 40), n -> n[0] * n[1]),
                    new Story(
                            "%s children share %s sweets equally."
                                    + " How many sweets does each child get?",
                            StoryQuestions::shared, n -> n[1] / n[0]),
                    new Story(
                            "A train leaves with %s passengers. At the first stop %s get off and %s"
                                    + " get on. How many passengers are on the train now?",
                            random -> with(random, descending(random, 30, 180), 2, 40),
                            n -> n[0] - n[1] + n[2]),
                    new Story(
                            "A box holds %s pencils. How many pencils do %s such boxes hold if %s"
                                    + " pencils are missing?",
                            random -> with(random, two(random, 8, 30, 3, 12), 2, 7),
                            n -> n[0] * n[1] - n[2]),
                    new Story(
                            "A bag contains %s red marbles and %s blue ones."
                                    + " How many more red marbles than blue ones are in the bag?",
                            random -> descending(random, 12, 80), n -> n[0] - n[1]),
                    new Story(
                            "A shirt costs %s euros. A coat costs %s euros more than the shirt."
                                    + " How many euros do both cost together?",
                            random -> two(random, 9, 50, 10, 90), n -> 2 * n[0] + n[1]),
                    new Story(
                            "A walker covers %s kilometres on each of %s days and then has %s"
                                    + " kilometres to go. How long is the whole way in kilometres?",
                            random -> with(random, two(random, 8, 30, 2, 9), 3, 40),
                            n -> n[0] * n[1] + n[2]),
                    new Story(
                            "A team scores %s points in the first half and twice as many in the"
                                    + " second. How many points does it score in the game?",
                            random -> new int[] {between(random, 4, 60)}, n -> 3 * n[0]),
                    new Story(
                            "There are %s chairs in a hall. %s rows of %s chairs are carried away."
                                    + " How many chairs are still in the hall?",
                            StoryQuestions::rows, n -> n[0] - n[1] * n[2]),
                    new Story(
                            "A jar weighs %s grams full and %s grams empty."
                                    + " How many grams does the honey in it weigh?",
                            random -> descending(random, 250, 900), n -> n[0] - n[1]));

    private final RuleBasedNumberFormat words = NumberWords.format();

    private interface Numbers {
        int[] draw(Random random);
    }

    private record Story(String text, Numbers numbers, ToIntFunction<int[]> answer) {}

    @Override
    public ChoiceQuestion next(Random random) {
        Story story = STORIES.get(random.nextInt(STORIES.size()));
        int[] numbers = story.numbers().draw(random);
        int right = story.answer().applyAsInt(numbers);
        Object[] spelled = new Object[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            spelled[i] = words.format(numbers[i]);
        }
        String text = story.text().formatted(spelled);
        return Choices.ask(
                Kind.ARITHMETIC,
                text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1),
                words.format(right),
                wrong(right, numbers, random),
                random);
    }

    private List<String> wrong(int right, int[] numbers, Random random) {
        Set<Integer> wrong = new LinkedHashSet<>();
        int first = numbers[0];
        int second = numbers.length > 1 ? numbers[1] : first;
        List<Integer> slips =
                new ArrayList<>(
                        List.of(first + second, Math.abs(first - second), first * second, first));
        for (int slip : slips) {
            if (slip != right && slip > 0) {
                wrong.add(slip);
            }
        }
        while (wrong.size() < OPTIONS - 1) {
            int near = right + between(random, -NEAR, NEAR);
            if (near != right && near > 0) {
                wrong.add(near);
            }
        }
        return wrong.stream().limit(OPTIONS - 1).map(words::format).toList();
    }

    private static int between(Random random, int least, int most) {
        return least + random.nextInt(most - least + 1);
    }

    private static int[] two(Random random, int least0, int most0, int least1, int most1) {
        return new int[] {between(random, least0, most0), between(random, least1, most1)};
    }

    private static int[] descending(Random random, int least, int most) {
        int larger = between(random, least, most);
        return new int[] {larger, between(random, 2, larger - 2)};
    }

    private static int[] with(Random random, int[] two, int least, int most) {
        return new int[] {two[0], two[1], between(random, least, most)};
    }

    private static int[] shared(Random random) {
        int children = between(random, 2, 12);
        return new int[] {children, children * between(random, 2, 25)};
    }

    private static int[] rows(Random random) {
        int rows = between(random, 2, 9);
        int chairs = between(random, 6, 15);
        return new int[] {rows * chairs + between(random, 5, 120), rows, chairs};
    }
}
