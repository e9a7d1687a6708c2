package dev.messplus.replay.outcome;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** The order in which requests arrive. */
public enum Order {

    /** Shuffled, differently for each seed. */
    RANDOM {
        @Override
        int[] groups(Traffic traffic) {
            return new int[traffic.requests().size()];
        }
    },

    /** The order of the file, the same for every seed. */
    FILE {
        @Override
        int[] groups(Traffic traffic) {
            return traffic.fileOrder();
        }
    },

    /**
     * One kind after the other, by name, and shuffled within a kind: traffic that drifts. If there
     * is only one kind, eight clusters of the prompts' features are used as kinds.
     */
    KIND {
        @Override
        int[] groups(Traffic traffic) {
            List<String> kinds = traffic.kinds();
            return kinds.size() > 1
                    ? traffic.requests().stream()
                            .mapToInt(request -> kinds.indexOf(request.kind()))
                            .toArray()
                    : Clusters.of(traffic.requests(), CLUSTERS);
        }
    };

    private static final int CLUSTERS = 8;

    /** Group of each request. Groups follow each other, and each is shuffled. */
    abstract int[] groups(Traffic traffic);

    /**
     * An order for each seed from 1 to {@code seeds}.
     *
     * @param passes how many times all requests arrive, one pass after the other, each in an order
     *     of its own
     * @param rows how many requests to keep of each order, from its start
     * @return indices of requests for each seed
     */
    public List<int[]> of(Traffic traffic, int seeds, int passes, int rows) {
        int[] groups = groups(traffic);
        List<int[]> orders = new ArrayList<>(seeds);
        for (int seed = 1; seed <= seeds; seed++) {
            var random = new SplittableRandom(seed);
            orders.add(
                    IntStream.range(0, passes)
                            .flatMap(pass -> pass(groups, random))
                            .limit(rows)
                            .toArray());
        }
        return orders;
    }

    private static IntStream pass(int[] groups, SplittableRandom random) {
        return Arrays.stream(shuffled(groups.length, random))
                .boxed()
                .sorted(Comparator.comparingInt(i -> groups[i]))
                .mapToInt(i -> i);
    }

    private static int[] shuffled(int n, SplittableRandom random) {
        var order = new int[n];
        for (int i = 0; i < n; i++) {
            int at = random.nextInt(i + 1);
            order[i] = order[at];
            order[at] = i;
        }
        return order;
    }
}
