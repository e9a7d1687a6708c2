package dev.messplus.infer.admission;

import dev.messplus.credit.CreditReports;
import dev.messplus.infer.admission.limit.Share;
import java.util.Collection;

/**
 * How many requests one subtask may call and have wait. Only the task's thread may use this, except
 * for {@link #waiting}.
 */
final class Room {

    /**
     * Requests that may wait, as a share of all places: a place that comes free has its next
     * request here. Without them, places idle while a request is read. Those that wait long may be
     * that share of {@code maxInFlight}, so that others can be held beside them.
     */
    private static final double SHARE = 0.25;

    /**
     * The least length of a turn, in seconds: the source reads what the calls of a turn use up
     * together. With shorter turns, each request takes more CPU time, here and at the JobManager;
     * with longer ones, more is decided early.
     */
    private static final double TURN_SECONDS = 0.04;

    /**
     * For how long requests that wait last, in turns, in addition to the share of the places. What
     * is read after a call has ended comes up to a turn and a half later, because less is neither
     * reported nor granted; the rest is for the way.
     */
    private static final double TURNS = 2.5;

    /**
     * Requests that wait, at most, if they have a choice, as a multiple of the places and of those
     * that may wait although all of these are taken. While only one SLA is active, half as many
     * wait at most. With a higher value, a job with several SLAs decides a backlog early; with a
     * lower one, requests leave the model that is best for them although others could be read.
     */
    private static final double MOST_WAITING = 2;

    private final Collection<ModelQueue> queues;
    private final int maxInFlight;

    /** The length of a turn, in seconds. */
    private final double turnSeconds;

    /**
     * The room of the queues.
     *
     * @param maxInFlight requests that may be called at a time, of all models together
     * @param share of the subtask in the job
     */
    Room(Collection<ModelQueue> queues, int maxInFlight, Share share) {
        this.queues = queues;
        this.maxInFlight = maxInFlight;
        turnSeconds = Math.max(TURN_SECONDS, CreditReports.intervalMillis(share.subtasks()) / 1e3);
    }

    /** Requests that wait for a place; any thread may call this. */
    int waiting() {
        int waiting = 0;
        for (ModelQueue queue : queues) {
            waiting += queue.waiting().size();
        }
        return waiting;
    }

    /**
     * Requests that wait, as a part of those that may wait at most, from 0 to 1. Those that wait
     * long may exceed the room, see {@link Admission#credits}.
     */
    double fullness() {
        double mayWait = mayWait();
        double most = Math.min(MOST_WAITING * (places() + mayWait), SHARE * maxInFlight + mayWait);
        return Math.min(1, waiting() / most);
    }

    /** Requests that may be called at a time. */
    private int places() {
        int places = 0;
        for (ModelQueue queue : queues) {
            places += queue.places().usable();
        }
        return Math.min(places, maxInFlight);
    }

    /** Requests that may wait although all places are taken. */
    double mayWait() {
        return Math.ceil(SHARE * places()) + TURNS * turnSeconds * perSecond();
    }

    /** Requests that are read together where calls are short: what calls use in a turn. */
    int perTurn() {
        return (int) (turnSeconds * perSecond());
    }

    private double perSecond() {
        double perSecond = 0;
        for (ModelQueue queue : queues) {
            perSecond += queue.places().perSecond();
        }
        return perSecond;
    }
}
