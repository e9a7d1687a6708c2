package dev.messplus.infer.admission;

import dev.messplus.infer.config.BacklogPolicy;
import dev.messplus.infer.config.BacklogPolicy.Order;
import dev.messplus.infer.config.InferenceConfig;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The requests that wait for a call to one model. SLAs take turns by their weights, so that the
 * backlog of one does not delay another; which request takes the turn of its SLA is the SLA's
 * choice.
 *
 * <p>The turns are those of start-time fair queueing (Goyal, Vin and Cheng, "Start-time Fair
 * Queueing", 1996), with requests of length 1: an SLA of weight w has a turn every 1 / w of a
 * virtual time, which is that of the last turn. An SLA without requests saves no turns.
 */
final class WaitingRoom {

    /** By SLA, the next one first, and by number. No SLA is without requests. */
    private final Map<String, TreeMap<Long, HeldRequest>> bySla = new LinkedHashMap<>();

    /** Virtual time of the next turn of each SLA that ever had one. */
    private final Map<String, Double> nextTurns = new HashMap<>();

    private double virtualTime;
    private volatile int size;
    private int withoutChoice;

    void add(HeldRequest held) {
        bySla.computeIfAbsent(sla(held), this::joined).put(held.number(), held);
        size++;
        withoutChoice += held.hasChoice() ? 0 : 1;
    }

    private TreeMap<Long, HeldRequest> joined(String sla) {
        nextTurns.merge(sla, virtualTime, Math::max);
        return new TreeMap<>();
    }

    /** Removes the next request; there must be one. */
    HeldRequest poll(InferenceConfig config) {
        String sla = next();
        BacklogPolicy policy = config.backlog(sla);
        virtualTime = nextTurns.get(sla);
        nextTurns.put(sla, virtualTime + 1 / policy.weight());
        TreeMap<Long, HeldRequest> requests = bySla.get(sla);
        HeldRequest next =
                policy.order() == Order.NEWEST_FIRST
                        ? requests.lastEntry().getValue()
                        : requests.firstEntry().getValue();
        remove(next);
        return next;
    }

    /** The SLA whose turn it is; of several, the one that waits longest. */
    private String next() {
        String next = null;
        for (String sla : bySla.keySet()) {
            if (next == null || nextTurns.get(sla) < nextTurns.get(next)) {
                next = sla;
            }
        }
        return next;
    }

    /** Removes a request, if it is here. */
    void remove(HeldRequest held) {
        TreeMap<Long, HeldRequest> requests = bySla.get(sla(held));
        if (requests == null || requests.remove(held.number()) == null) {
            return;
        }
        if (requests.isEmpty()) {
            bySla.remove(sla(held));
        }
        size--;
        withoutChoice -= held.hasChoice() ? 0 : 1;
    }

    /** Number of those that may be called at no other model. */
    int withoutChoice() {
        return withoutChoice;
    }

    /** Number of requests; any thread may read it. */
    int size() {
        return size;
    }

    /** All requests, by SLA. */
    List<HeldRequest> all() {
        return bySla.values().stream().flatMap(requests -> requests.values().stream()).toList();
    }

    private static String sla(HeldRequest held) {
        return held.routed().request().sla();
    }
}
