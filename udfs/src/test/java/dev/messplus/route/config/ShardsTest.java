package dev.messplus.route.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.route.config.Shards.Shard;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardsTest {

    /** Its hash is the least of all integers, which has no absolute value. */
    private static final String MIN_HASH = "polygenelubricants";

    private static final int MAX_PARALLELISM = 128;

    @Test
    void slaThatIsNotSplitHasOneKeyWhichIsItsName() {
        Shards shards = new Shards(Map.of("gold", 1, "silver", 2));
        assertThat(shards.keys("gold")).containsExactly("gold");
        assertThat(shards.key("gold", "a")).isEqualTo("gold");
        assertThat(shards.shard("gold")).isEqualTo(new Shard("gold", 0, 1));
        assertThat(shards.isSharded("gold")).isFalse();
        assertThat(shards.isSharded("silver")).isTrue();
        assertThat(shards.any()).isTrue();
        assertThat(new Shards(Map.of("gold", 1)).any()).isFalse();
    }

    @Test
    void slaThatIsNotKnownHasItsNameForAKeyAndNoShard() {
        Shards shards = new Shards(Map.of("gold", 4));
        assertThat(shards.key("bronze", "a")).isEqualTo("bronze");
        assertThat(shards.shard("bronze")).isNull();
        assertThat(shards.isKnown("bronze")).isFalse();
        assertThat(shards.isKnown("gold")).isTrue();
        assertThat(shards.isSharded("bronze")).isFalse();
    }

    @Property(tries = 50)
    void keysAreTheNameAndOthersOfTheirOwn(
            @ForAll("names") String sla, @ForAll @IntRange(min = 1, max = Shards.MAX) int count) {
        Shards shards = new Shards(Map.of(sla, count));
        String[] keys = shards.keys(sla);
        assertThat(keys).hasSize(count).doesNotHaveDuplicates();
        assertThat(keys[0]).isEqualTo(sla);
        for (int i = 0; i < count; i++) {
            assertThat(shards.shard(keys[i])).isEqualTo(new Shard(sla, i, count));
        }
        // Nobody can name an SLA so that it meets another's shard.
        assertThat(Arrays.stream(keys).skip(1)).allMatch(key -> key.startsWith(sla + '\n'));
    }

    @Property(tries = 50)
    void everySubtaskHasAsManyShardsAsAnyOther(@ForAll("names") String sla) {
        for (int count : new int[] {2, 4, 8}) {
            String[] keys = new Shards(Map.of(sla, count)).keys(sla);
            for (int subtasks = 1; subtasks <= count; subtasks *= 2) {
                assertThat(shardsOfSubtasks(keys, subtasks))
                        .as("%d shards, %d subtasks", count, subtasks)
                        .containsOnly(count / subtasks);
            }
            assertThat(shardsOfSubtasks(keys, 2 * count))
                    .as("%d shards, twice the subtasks", count)
                    .containsOnly(0, 1);
        }
    }

    @Property(tries = 50)
    void twiceAsManyShardsKeepTheKeysOfBefore(
            @ForAll("names") String sla,
            @ForAll @IntRange(min = 1, max = Shards.MAX / 2) int count) {
        String[] before = new Shards(Map.of(sla, count)).keys(sla);
        String[] after = new Shards(Map.of(sla, 2 * count)).keys(sla);
        for (int i = 0; i < count; i++) {
            assertThat(after[2 * i]).isEqualTo(before[i]);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 8})
    void everyShardHasAsManyRequestsAsAnyOther(int count) {
        var random = new Random(1);
        assertEven(count, IntStream.range(0, 20_000).mapToObj(i -> "r" + i));
        assertEven(count, IntStream.range(0, 20_000).mapToObj(i -> "mess.requests-3-" + i));
        assertEven(
                count,
                Stream.generate(() -> new UUID(random.nextLong(), random.nextLong()).toString())
                        .limit(20_000));
    }

    /** Five standard deviations of a binomial count are never seen by chance. */
    private static void assertEven(int count, Stream<String> ids) {
        int[] requests = new int[count];
        ids.forEach(id -> requests[Shards.index(id, count)]++);
        double expected = 20_000. / count;
        double deviation = Math.sqrt(expected * (1 - 1. / count));
        assertThat(Arrays.stream(requests).boxed())
                .allSatisfy(
                        n ->
                                assertThat((double) n)
                                        .isBetween(
                                                expected - 5 * deviation,
                                                expected + 5 * deviation));
    }

    @Property
    void requestAlwaysBelongsToTheSameShard(
            @ForAll String id, @ForAll @IntRange(min = 1, max = Shards.MAX) int count) {
        assertThat(Shards.index(id, count)).isBetween(0, count - 1);
        Shards shards = new Shards(Map.of("gold", count));
        assertThat(shards.key("gold", id))
                .isEqualTo(shards.keys("gold")[Shards.index(id, count)])
                .isEqualTo(new Shards(Map.of("gold", count)).key("gold", id));
    }

    @Property
    void halfOfTheRequestsStayWhereTheyAreWhenShardsAreSplit(
            @ForAll String id, @ForAll @IntRange(min = 1, max = Shards.MAX / 2) int count) {
        int before = Shards.index(id, count);
        assertThat(Shards.index(id, 2 * count)).isIn(2 * before, 2 * before + 1);
        assertThat(new Shards(Map.of("gold", 2 * count)).keys("gold")[2 * before])
                .isEqualTo(new Shards(Map.of("gold", count)).keys("gold")[before]);
    }

    @Test
    void negativeHashesHaveAShard() {
        assertThat(MIN_HASH.hashCode()).isEqualTo(Integer.MIN_VALUE);
        for (int count : new int[] {1, 2, 3, 128}) {
            assertThat(Shards.index(MIN_HASH, count)).isBetween(0, count - 1);
        }
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.strings()
                .withCharRange('a', 'z')
                .withCharRange('A', 'Z')
                .numeric()
                .withChars("._-")
                .ofMinLength(1)
                .ofMaxLength(63);
    }

    private static int[] shardsOfSubtasks(String[] keys, int subtasks) {
        int[] shards = new int[subtasks];
        for (String key : keys) {
            shards[
                    KeyGroupRangeAssignment.assignKeyToParallelOperator(
                            key, MAX_PARALLELISM, subtasks)]++;
        }
        return shards;
    }
}
