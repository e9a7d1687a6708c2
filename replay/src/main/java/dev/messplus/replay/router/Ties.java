package dev.messplus.replay.router;

import java.util.SplittableRandom;

/** Breaks ties at random, so that the order of the zoo says nothing. */
public final class Ties {

    private Ties() {}

    /** Index of the least value; of several alike, each is as likely. */
    public static int least(double[] values, SplittableRandom random) {
        int least = 0;
        int alike = 1;
        for (int i = 1; i < values.length; i++) {
            if (values[i] < values[least]) {
                least = i;
                alike = 1;
            } else if (values[i] == values[least] && random.nextInt(++alike) == 0) {
                least = i;
            }
        }
        return least;
    }
}
