package dev.messplus.infer.admission.limit;

/**
 * The share of one subtask in what its job has.
 *
 * @param subtask number of the subtask, from 0
 * @param subtasks number of subtasks, at least 1
 */
public record Share(int subtask, int subtasks) {

    /** Everything, for the only subtask. */
    public static final Share ALL = new Share(0, 1);

    /**
     * The share in a number of calls, at least 1. The shares add up to the total, unless it is
     * smaller than the number of subtasks.
     */
    public int of(int total) {
        return Math.max(1, total / subtasks + (subtask < total % subtasks ? 1 : 0));
    }

    /** The share in a rate. The shares add up to it. */
    public double ofRate(double total) {
        return total / subtasks;
    }
}
