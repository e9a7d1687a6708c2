package dev.messplus.replay.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class FeedbackScheduleTest {

    private static final int MANY = 20_000;

    @Test
    void joulesComeBeforeLabelsAndLabelsBeforeARequestIsGivenUp() {
        FeedbackSchedule delivery = delivery(conditions(8).joulesAfter(3), 100);
        // Three are decided in the meantime: the fourth after it knows.
        assertThat(delivery.joulesAt(10)).isEqualTo(14);
        assertThat(delivery.labelAt(10)).isEqualTo(19);
        assertThat(delivery.givenUpAt(10)).isEqualTo(27);
        assertThat(delivery.due(19)).containsExactly(2, 10, 15);
        assertThat(delivery.steps()).isEqualTo(delivery.givenUpAt(99) + 1);
    }

    @Test
    void withNothingInFlightAllIsToldBeforeTheNextDecision() {
        FeedbackSchedule delivery = delivery(conditions(0), 5);
        assertThat(delivery.joulesAt(2)).isEqualTo(3);
        assertThat(delivery.labelAt(2)).isEqualTo(3);
        // At least two requests are decided before one is given up.
        assertThat(delivery.givenUpAt(2)).isEqualTo(5);
    }

    @Test
    void joulesAreNotKnownAfterTheLabel() {
        assertThat(conditions(8).joulesAfter(16).build().joulesAfter()).isEqualTo(8);
    }

    @Test
    void moreInFlightThanThereAreRequestsIsAllOfThem() {
        FeedbackSchedule delivery = delivery(conditions(Integer.MAX_VALUE), 10);
        assertThat(delivery.labelAt(0)).isEqualTo(11);
        assertThat(delivery.givenUpAt(9)).isEqualTo(30);
    }

    @Test
    void randomDelaysAreExponentialAndLabelsThatTakeLongerThanTwiceTheMeanNeverCome() {
        FeedbackSchedule delivery =
                delivery(conditions(50).joulesAfter(10).delay(Delay.RANDOM), MANY);
        double joules =
                IntStream.range(0, MANY)
                        .map(i -> delivery.joulesAt(i) - i - 1)
                        .average()
                        .orElseThrow();
        assertThat(joules).isCloseTo(10, within(.3));
        assertThat(share(i -> delivery.labelAt(i) == FeedbackSchedule.NEVER))
                .isCloseTo(Math.exp(-2), within(.01));
        // Half of all labels come after less than the median, which is log 2 of the mean.
        assertThat(share(i -> delivery.labelAt(i) - i - 1 <= 50 * Math.log(2)))
                .isCloseTo(.5, within(.015));
        assertThat(share(i -> i > 0 && delivery.labelAt(i) < delivery.labelAt(i - 1)))
                .as("labels that overtake the one before")
                .isGreaterThan(.3);
    }

    @Test
    void whatComesTooLateIsNotScoredEither() {
        FeedbackSchedule delivery = delivery(conditions(50).delay(Delay.RANDOM), 1_000);
        assertThat(IntStream.range(0, 1_000))
                .allMatch(
                        i ->
                                delivery.isScored(i)
                                        == (delivery.labelAt(i) != FeedbackSchedule.NEVER))
                .anyMatch(i -> !delivery.isScored(i));
    }

    @Test
    void laterLabelsAreKnownToNobodyWhenAnAnswerIsServed() {
        FeedbackSchedule delivery = delivery(conditions(0).labels(Labels.LATER), 3);
        assertThat(delivery.isScored(1)).isFalse();
        assertThat(delivery.isRated(1, 0)).isTrue();
        assertThat(delivery.labelsEveryAnswer()).isTrue();
    }

    @Test
    void unhappyUsersRateFortyPercentOfBadAnswersAlone() {
        FeedbackSchedule delivery = users(Raters.UNHAPPY, 1);
        assertThat(share(i -> delivery.isRated(i, .49))).isCloseTo(.4, within(.015));
        assertThat(share(i -> delivery.isRated(i, .5))).isZero();
        assertThat(delivery.labelsEveryAnswer()).isFalse();
    }

    @Test
    void happyUsersRateHalfOfTheGoodAnswersAndFewOfTheOthers() {
        FeedbackSchedule delivery = users(Raters.HAPPY, 1);
        assertThat(share(i -> delivery.isRated(i, .5))).isCloseTo(.5, within(.015));
        assertThat(share(i -> delivery.isRated(i, .49))).isCloseTo(.05, within(.01));
        FeedbackSchedule none = users(Raters.HAPPY, 0);
        assertThat(share(i -> none.isRated(i, 1))).isZero();
    }

    @Test
    void theFeedbackRateThinsWhatUsersRate() {
        FeedbackSchedule delivery = users(Raters.UNHAPPY, .5);
        assertThat(share(i -> delivery.isRated(i, 0))).isCloseTo(.2, within(.015));
    }

    @Test
    void delaysDoNotDependOnWhoRates() {
        ConditionsBuilder random = conditions(50).delay(Delay.RANDOM).labels(Labels.LATER);
        FeedbackSchedule all = delivery(random, 100);
        FeedbackSchedule few = delivery(random.raters(Raters.HAPPY).feedbackRate(.2), 100);
        assertThat(IntStream.range(0, 100)).allMatch(i -> all.labelAt(i) == few.labelAt(i));
        assertThat(IntStream.range(0, 100))
                .anyMatch(
                        i ->
                                all.labelAt(i)
                                        != new FeedbackSchedule(random.build(), 100, 2).labelAt(i));
    }

    /** Everything is due once, after its decision, in order of arrival. */
    @Property(tries = 200)
    void everythingIsToldOnceAndInTime(
            @ForAll @IntRange(max = 60) int requests,
            @ForAll @IntRange(max = 70) int inFlight,
            @ForAll @IntRange(max = 70) int joulesAfter,
            @ForAll Delay delay,
            @ForAll long seed) {
        Conditions conditions = conditions(inFlight).joulesAfter(joulesAfter).delay(delay).build();
        var delivery = new FeedbackSchedule(conditions, requests, seed);
        List<String> known = new ArrayList<>();
        for (int step = 0; step < delivery.steps(); step++) {
            int[] due = delivery.due(step);
            assertThat(due).isSorted().doesNotHaveDuplicates();
            int now = step;
            assertThat(Arrays.stream(due)).allMatch(i -> i < now);
            for (int i : due) {
                known.add(i + (delivery.joulesAt(i) == step ? " joules" : ""));
                known.add(i + (delivery.labelAt(i) == step ? " label" : ""));
                known.add(i + (delivery.givenUpAt(i) == step ? " given up" : ""));
            }
        }
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            expected.add(i + " joules");
            expected.add(i + " given up");
            if (delivery.labelAt(i) != FeedbackSchedule.NEVER) {
                expected.add(i + " label");
                assertThat(delivery.joulesAt(i)).isLessThanOrEqualTo(delivery.labelAt(i));
            }
            assertThat(delivery.joulesAt(i)).isLessThanOrEqualTo(delivery.givenUpAt(i));
        }
        assertThat(known.stream().filter(event -> event.contains(" ")))
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    private interface Event {
        boolean happens(int request);
    }

    private static double share(Event event) {
        return IntStream.range(0, MANY).filter(event::happens).count() / (double) MANY;
    }

    private static FeedbackSchedule users(Raters raters, double feedbackRate) {
        return delivery(
                conditions(4).labels(Labels.LATER).raters(raters).feedbackRate(feedbackRate), MANY);
    }

    private static FeedbackSchedule delivery(ConditionsBuilder conditions, int requests) {
        return new FeedbackSchedule(conditions.build(), requests, 1);
    }

    private static ConditionsBuilder conditions(int inFlight) {
        return ConditionsBuilder.builder(Episodes.scored(inFlight));
    }
}
