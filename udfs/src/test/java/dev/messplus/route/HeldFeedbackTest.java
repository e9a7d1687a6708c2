package dev.messplus.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.core.shard.OutcomeSums;
import dev.messplus.record.FeedbackRecord;
import dev.messplus.record.Label;
import dev.messplus.route.share.ShardFeedback;
import org.junit.jupiter.api.Test;

class HeldFeedbackTest {

    private final HeldFeedback held = new HeldFeedback();

    /** Several subtasks of {@code share} send sums of the same key. */
    @Test
    void addsUpTheSumsOfAKeyAndKeepsEachLabel() {
        OutcomeSums first = sums(1, 0.5);
        assertThat(held.isEmpty()).isTrue();
        assertThat(held.add(label("a"))).isEqualTo(1);
        assertThat(held.add(ShardFeedback.ofOthers("a", first))).isEqualTo(2);
        assertThat(held.add(ShardFeedback.ofOthers("a", sums(3, 2)))).isEqualTo(2);
        assertThat(held.add(label("a"))).isEqualTo(3);
        assertThat(held.size()).isEqualTo(3);
        assertThat(held.bundles()).isEqualTo(1);

        FeedbackBundle bundle = held.remove("a");

        assertThat(bundle.key()).isEqualTo("a");
        assertThat(bundle.feedback())
                .containsExactly(label("a"), ShardFeedback.ofOthers("a", first), label("a"));
        assertThat(first.served).isEqualTo(4);
        assertThat(first.servedScoreSum).isEqualTo(2.5);
        assertThat(held.isEmpty()).isTrue();
        assertThat(held.size()).isZero();
        assertThat(held.bundles()).isZero();
    }

    @Test
    void sumsThatComeAfterTheBundleWasSentAreTheirOwn() {
        OutcomeSums sent = sums(1, 1);
        held.add(ShardFeedback.ofOthers("a", sent));
        held.remove("a");
        held.add(ShardFeedback.ofOthers("a", sums(2, 1)));
        assertThat(sent.served).isEqualTo(1);
        assertThat(held.remove("a").feedback().get(0).ofOthers().served).isEqualTo(2);
    }

    @Test
    void theBundleThatWasBegunFirstIsRemovedFirst() {
        held.add(label("b"));
        held.add(ShardFeedback.ofOthers("a", sums(1, 1)));
        held.add(label("b"));
        assertThat(held.bundles()).isEqualTo(2);
        assertThat(held.removeOldest().feedback()).hasSize(2);
        assertThat(held.size()).isEqualTo(1);
        assertThat(held.removeOldest().key()).isEqualTo("a");
    }

    private static ShardFeedback label(String key) {
        return ShardFeedback.own(
                key, FeedbackRecord.of(new Label("request-1", "gold", "small", 1, null)));
    }

    private static OutcomeSums sums(long served, double scoreSum) {
        OutcomeSums sums = new OutcomeSums();
        sums.served = served;
        sums.servedScoreSum = scoreSum;
        return sums;
    }
}
