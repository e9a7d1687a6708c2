package dev.messplus.core.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PrefixCacheTest {

    private final PrefixCache cache = new PrefixCache();

    @Test
    void allIsComputedUntilSomethingWasCached() {
        assertThat(cache.computed(1_000, 800)).isEqualTo(1_000);
        cache.add(1_000, 800, 0, 1);
        cache.add(1_000, 0, 0, 1);
        assertThat(cache.computed(1_000, 800)).isEqualTo(1_000);
    }

    /** 3 of 4 turns find what the turn before has left. */
    @Test
    void whatTheTurnBeforeLeftIsMostlyThere() {
        for (int call = 0; call < 4; call++) {
            cache.add(1_000, 800, call == 0 ? 0 : 800, 1);
        }
        assertThat(cache.computed(1_000, 800)).isEqualTo(1_000 - .75 * 800);
        assertThat(cache.computed(1_000, 400)).isEqualTo(1_000 - .75 * 400);
        assertThat(cache.computed(1_000, 0)).isEqualTo(1_000);
    }

    /** All prompts begin with the same 200 tokens. */
    @Test
    void whatPromptsShareIsThereWithoutATurnBefore() {
        cache.add(1_000, 0, 200, 1);
        cache.add(1_000, 800, 800, 1);
        assertThat(cache.computed(500, 0)).isEqualTo(400);
        assertThat(cache.computed(1_000, 800)).isEqualTo(200);
    }

    @Test
    void cachesOfShardsAddUp() {
        cache.add(1_000, 800, 800, 1);
        PrefixCache other = new PrefixCache();
        other.add(1_000, 800, 0, 1);
        other.add(100, 0, 50, 2);
        cache.add(other);
        assertThat(cache.computed(1_000, 800)).isCloseTo(500, within(1e-9));
        cache.fade(.5);
        cache.add(1_000, 800, 800, 1);
        assertThat(cache.computed(1_000, 800)).isCloseTo(1_000 - .75 * 800, within(1e-9));
    }
}
