package dev.messplus.score.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetricTest {

    private static final int MEGABYTE = 1 << 20;

    @Test
    void wireNamesAreThoseOfTheRecords() {
        assertThat(Metric.values())
                .extracting(Metric::wireName)
                .containsExactly("exact", "f1", "bleu", "rouge1", "rouge2", "rougeL", "choice");
    }

    @ParameterizedTest
    @EnumSource
    void metricIsFoundByItsWireName(Metric metric) {
        assertThat(Metric.fromName(metric.wireName())).isSameAs(metric);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "BLEU", "rougel", " exact", "meteor"})
    void anUnknownNameIsRejectedWithAllNames(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Metric.fromName(name))
                .withMessage(
                        "unknown metric '%s', must be one of exact, f1, bleu, rouge1, rouge2,"
                                + " rougeL, choice",
                        name);
    }

    @ParameterizedTest
    @EnumSource
    void aMissingReferenceIsAnError(Metric metric) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> metric.score("text", List.of()))
                .withMessage(
                        "references: %s needs at least one, had none".formatted(metric.wireName()));
    }

    @ParameterizedTest
    @EnumSource
    void megabytesAreScoredInTime(Metric metric) {
        Random random = new Random(7);
        String words =
                random.ints(MEGABYTE / 4, 0, 999)
                        .mapToObj(Integer::toString)
                        .collect(Collectors.joining(" "));
        List<String> texts =
                List.of(
                        words,
                        "x".repeat(MEGABYTE),
                        "a ".repeat(MEGABYTE / 2),
                        ".".repeat(MEGABYTE),
                        " ".repeat(MEGABYTE),
                        "answer: ".repeat(MEGABYTE / 8),
                        "*(option ".repeat(MEGABYTE / 8),
                        "\uD83D\uDE00".repeat(MEGABYTE / 2),
                        "\uD83D".repeat(MEGABYTE),
                        "\u0301\u0323".repeat(MEGABYTE / 2),
                        "京".repeat(MEGABYTE));

        assertTimeoutPreemptively(
                Duration.ofSeconds(60),
                () -> {
                    for (String text : texts) {
                        assertThat(metric.score(text, List.of("a b c", "京"))).isBetween(0.0, 1.0);
                        assertThat(metric.score("a b c", List.of(text))).isBetween(0.0, 1.0);
                    }
                });
    }

    /** As an attacker would craft them. */
    @ParameterizedTest
    @EnumSource
    void wordsThatShareAHashCodeAreScoredInTime(Metric metric) {
        List<String> words = List.of("");
        while (words.size() < 1 << 16) {
            words =
                    words.stream()
                            .flatMap(word -> Stream.of(word + "an", word + "c0"))
                            .collect(Collectors.toList());
        }
        assertThat(words).extracting(String::hashCode).containsOnly(words.get(0).hashCode());
        String text = String.join(" ", words);

        double score =
                assertTimeoutPreemptively(
                        Duration.ofSeconds(30), () -> metric.score(text, List.of(text)));

        assertThat(score).isEqualTo(1);
    }

    @Test
    void longTextsThatDifferAreComparedInTime() {
        List<String> tokens =
                new Random(7)
                        .ints(50_000, 0, 5000)
                        .mapToObj(i -> "w" + i)
                        .collect(Collectors.toList());
        String text = String.join(" ", tokens);
        Collections.reverse(tokens);
        String reversed = String.join(" ", tokens);

        double score =
                assertTimeoutPreemptively(
                        Duration.ofSeconds(30),
                        () -> Metric.ROUGE_L.score(text, List.of(reversed)));
        assertThat(score).isBetween(0.001, 0.1);
    }

    @Property
    void scoreLiesBetweenZeroAndOne(
            @ForAll Metric metric,
            @ForAll("texts") String output,
            @ForAll @Size(min = 1, max = 3) List<@From("texts") String> references) {
        assertThat(metric.score(output, references)).isBetween(0.0, 1.0);
    }

    @Property
    void textMatchesItself(@ForAll Metric metric, @ForAll("texts") String text) {
        int tokens =
                switch (metric) {
                    case BLEU -> Tokenizers.mteval13a(text).size();
                    case ROUGE_1, ROUGE_L -> Tokenizers.rouge(text).size();
                    case ROUGE_2 -> Tokenizers.rouge(text).size() - 1;
                    case EXACT, F1, CHOICE -> Tokenizers.squad(text).size();
                };
        Assume.that(tokens > 0);
        assertThat(metric.score(text, List.of(text))).isEqualTo(1);
    }

    @Property
    void allButBleuAreSymmetric(
            @ForAll Metric metric, @ForAll("texts") String a, @ForAll("texts") String b) {
        Assume.that(metric != Metric.BLEU);
        assertThat(metric.score(a, List.of(b))).isEqualTo(metric.score(b, List.of(a)));
    }

    @Property
    void orderOfReferencesIsIrrelevant(
            @ForAll Metric metric,
            @ForAll("texts") String output,
            @ForAll @Size(min = 2, max = 4) List<@From("texts") String> references,
            @ForAll Random random) {
        double score = metric.score(output, references);
        List<String> shuffled = new ArrayList<>(references);
        Collections.shuffle(shuffled, random);
        assertThat(metric.score(output, shuffled)).isEqualTo(score);
    }

    @Property
    void allButBleuTakeTheBestReference(
            @ForAll Metric metric,
            @ForAll("texts") String output,
            @ForAll @Size(min = 1, max = 3) List<@From("texts") String> references) {
        Assume.that(metric != Metric.BLEU);
        double best =
                references.stream()
                        .mapToDouble(reference -> metric.score(output, List.of(reference)))
                        .max()
                        .orElseThrow();
        assertThat(metric.score(output, references)).isEqualTo(best);
    }

    @Property
    void f1IsAtLeastExactMatch(@ForAll("texts") String a, @ForAll("texts") String b) {
        assertThat(Metric.F1.score(a, List.of(b)))
                .isGreaterThanOrEqualTo(Metric.EXACT.score(a, List.of(b)));
    }

    /** Texts that share words and markers of choices, and arbitrary ones. */
    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> words =
                Arbitraries.of(
                                "a",
                                "the",
                                "B",
                                "A.",
                                "(b)",
                                "answer is",
                                "Answer:",
                                "option",
                                "cat",
                                "Cat",
                                "cats",
                                "3.5",
                                "-",
                                "?",
                                "or",
                                "\n",
                                "東京",
                                "😀")
                        .list()
                        .ofMaxSize(8)
                        .map(list -> String.join(" ", list));
        Arbitrary<String> anything = Arbitraries.strings().all().ofMaxLength(30);
        Arbitrary<String> malformed =
                Arbitraries.strings()
                        .withChars('\uD83D', '\uDE00', '\u0000', '\u0301', 'a', ' ', '.')
                        .ofMaxLength(10);
        return Arbitraries.frequencyOf(
                Tuple.of(4, words), Tuple.of(2, anything), Tuple.of(1, malformed));
    }
}
