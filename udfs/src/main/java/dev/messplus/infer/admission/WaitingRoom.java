package dev.messplus.infer.admission;

import dev.messplus.infer.config.BacklogPolicy.Order;
import dev.messplus.infer.config.InferenceConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The requests that wait for a call to one model. SLAs take turns, so that the backlog of one does
 * not delay another; which request takes the turn of its SLA is the SLA's choice.
 */
final class WaitingRoom {

    /** By SLA, the next one first, and by number. No SLA is without requests. */
    private final Map<String, TreeMap<Long, HeldRequest>> bySla = new LinkedHashMap<>();

    private volatile int size;

    void add(HeldRequest held) {
        bySla.computeIfAbsent(sla(held), sla -> new TreeMap<>()).put(held.number(), held);
        size++;
    }

    /** Removes the next request; there must be one. */
    HeldRequest poll(InferenceConfig config) {
        String sla = bySla.keySet().iterator().next();
        TreeMap<Long, HeldRequest> requests = bySla.remove(sla);
        HeldRequest next =
                config.backlog(sla).order() == Order.NEWEST_FIRST
                        ? requests.pollLastEntry().getValue()
                        : requests.pollFirstEntry().getValue();
        if (!requests.isEmpty()) {
            bySla.put(sla, requests);
        }
        size--;
        return next;
    }

    /** Removes a request; returns whether it was here. */
    boolean remove(HeldRequest held) {
        TreeMap<Long, HeldRequest> requests = bySla.get(sla(held));
        if (requests == null || requests.remove(held.number()) == null) {
            return false;
        }
        if (requests.isEmpty()) {
            bySla.remove(sla(held));
        }
        size--;
        return true;
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
