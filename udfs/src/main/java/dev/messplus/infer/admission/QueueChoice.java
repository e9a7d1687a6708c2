package dev.messplus.infer.admission;

import java.util.Map;

/**
 * Which model a request waits for: the one whose regret and whose wait cost least together, see
 * {@link Admission}. Only the task's thread may use this.
 */
final class QueueChoice {

    private final Map<String, ModelQueue> queues;
    private final Room room;
    private final WaitPrice price;

    /**
     * A choice among queues.
     *
     * @param queues by model
     */
    QueueChoice(Map<String, ModelQueue> queues, Room room, WaitPrice price) {
        this.queues = queues;
        this.room = room;
        this.price = price;
    }

    /**
     * The queue that a request waits in; {@code null} if none of its models is in the zoo. One that
     * asks several models at once waits where the wait is longest, because it is answered when the
     * last of them has answered: the others then have a place for it, or soon have one.
     */
    ModelQueue best(HeldRequest request) {
        ModelQueue longest = request.asksTogether() ? longest(request) : null;
        return longest == null ? cheapest(request) : longest;
    }

    /** The queue with the longest wait that is worth an answer; {@code null} if there is none. */
    private ModelQueue longest(HeldRequest request) {
        ModelQueue longest = null;
        double most = -1;
        double fullness = room.fullness();
        for (int rank : request.next()) {
            ModelQueue queue = queues.get(request.routed().ranking().get(rank));
            if (queue == null || queue.places().refuses()) {
                continue;
            }
            double wait = queue.waitNanos();
            if (wait > most && answers(queue, wait, fullness) < 1) {
                longest = queue;
                most = wait;
            }
        }
        return longest;
    }

    /** The queue of the model that costs least; {@code null} if none is in the zoo. */
    private ModelQueue cheapest(HeldRequest request) {
        ModelQueue best = null;
        double least = Double.POSITIVE_INFINITY;
        double fullness = room.fullness();
        for (int rank : request.next()) {
            ModelQueue queue = queues.get(request.routed().ranking().get(rank));
            if (queue == null) {
                continue;
            }
            double cost =
                    request.regretJoules(rank)
                            + WaitPrice.joules(
                                    answers(queue, queue.waitNanos(), fullness),
                                    request.priceJoules(rank));
            if (best == null || cost < least) {
                best = queue;
                least = cost;
            }
        }
        return best;
    }

    /**
     * Whether the model of a queue hangs, or the last request of it, or the first one, waits long
     * for such a job.
     */
    boolean isStuck(ModelQueue queue) {
        int ahead = Math.max(0, queue.waiting().size() - 1);
        return hangs(queue.places()) || price.isLong(queue.places().waitNanos(ahead));
    }

    /** Whether a model hangs; any thread may ask. */
    boolean hangs(ModelPlaces places) {
        return places.unansweredNanos()
                >= price.hangsAfterNanos(
                        places.meanCallNanos(), places.longestCallNanos(), places.limit());
    }

    /**
     * The request that waits for another model and gains most by being called by this one now;
     * {@code null} if none gains. A wait is that of the last one in its queue, because whoever
     * leaves brings forward all behind it.
     */
    HeldRequest gainsMost(ModelQueue idle) {
        HeldRequest best = null;
        double most = 0;
        double fullness = room.fullness();
        for (ModelQueue queue : queues.values()) {
            if (queue == idle || queue.waiting().size() == 0) {
                continue;
            }
            double waitNanos = queue.places().waitNanos(queue.waiting().size() - 1);
            double answers = answers(queue, waitNanos, fullness);
            if (answers < queue.leastToLeave(idle.model())) {
                continue;
            }
            double least = Double.POSITIVE_INFINITY;
            for (HeldRequest request : queue.waiting().all()) {
                int rank = request.asksTogether() ? -1 : request.rankOf(idle.model());
                if (rank < 0) {
                    continue;
                }
                int here = request.rankOf(queue.model());
                least = Math.min(least, request.answersToLeave(here, rank));
                double gain =
                        request.regretJoules(here)
                                + WaitPrice.joules(answers, request.priceJoules(here))
                                - request.regretJoules(rank);
                if (gain > most) {
                    best = request;
                    most = gain;
                }
            }
            queue.leastToLeave(idle.model(), least);
        }
        return best;
    }

    /** What a wait for a model costs, in its answers. */
    private double answers(ModelQueue queue, double waitNanos, double fullness) {
        return hangs(queue.places())
                ? Double.POSITIVE_INFINITY
                : price.answers(waitNanos, queue.places().meanCallNanos(), fullness);
    }
}
