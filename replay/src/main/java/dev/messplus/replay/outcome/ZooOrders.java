package dev.messplus.replay.outcome;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.commons.math3.util.CombinatoricsUtils;

/** The orders in which a zoo can be listed, which should make no difference to a policy. */
public final class ZooOrders {

    /** A zoo of up to this many models is listed in all orders. */
    private static final int ALL_UP_TO = 4;

    private static final long SEED = 1;

    private ZooOrders() {}

    /**
     * All orders of a zoo of up to four models, or else 24 random ones, each once.
     *
     * @param models ids; at least one
     * @return the order given is the first
     */
    public static List<List<String>> of(List<String> models) {
        long wanted = CombinatoricsUtils.factorial(Math.min(models.size(), ALL_UP_TO));
        var random = new Random(SEED);
        Set<List<String>> orders = new LinkedHashSet<>(Set.of(List.copyOf(models)));
        while (orders.size() < wanted) {
            List<String> shuffled = new ArrayList<>(models);
            Collections.shuffle(shuffled, random);
            orders.add(List.copyOf(shuffled));
        }
        return List.copyOf(orders);
    }
}
