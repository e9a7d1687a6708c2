package dev.messplus.core.belief;

import java.util.Arrays;

/**
 * Groups prompts that are alike, so that what is known of any number of them takes bounded room:
 * each of the first prompts is a group, and then every one joins the group whose mean it is nearest
 * to, which moves to it (MacQueen, "Some Methods for Classification and Analysis of Multivariate
 * Observations", 1967: online k-means).
 */
final class PromptGroups {

    private PromptGroups() {}

    /**
     * The group that a prompt is nearest to.
     *
     * @param means features of the means of the groups, one after the other
     * @param groups number of groups, at least 1
     * @param x features; the prompt's begin at {@code at}
     */
    static int nearest(float[] means, int groups, float[] x, int at, int dimensions) {
        int nearest = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int group = 0; group < groups; group++) {
            double distance = distance(means, group * dimensions, x, at, dimensions);
            if (distance < least) {
                least = distance;
                nearest = group;
            }
        }
        return nearest;
    }

    private static double distance(float[] a, int atA, float[] b, int atB, int dimensions) {
        float sum = 0;
        for (int i = 0; i < dimensions; i++) {
            float difference = a[atA + i] - b[atB + i];
            sum += difference * difference;
        }
        return sum;
    }

    /**
     * Moves the mean of a group by prompts that join it.
     *
     * @param share of the group that they are, above 0
     */
    static void move(float[] means, int group, float[] x, int at, int dimensions, double share) {
        int mean = group * dimensions;
        for (int i = 0; i < dimensions; i++) {
            means[mean + i] += (float) (share * (x[at + i] - means[mean + i]));
        }
    }

    /** An array with room for at least {@code size} elements. */
    static float[] room(float[] array, int size) {
        return array.length >= size
                ? array
                : Arrays.copyOf(array, Math.max(size, 2 * array.length));
    }
}
