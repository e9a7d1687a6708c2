package dev.messplus.cli.rest;

import java.util.List;

/**
 * A cluster and the MESS+ jobs on it.
 *
 * @param flinkVersion such as {@code 2.2.1}
 * @param taskManagers that are registered
 * @param slots of all of them
 * @param freeSlots that no task uses
 */
public record ClusterView(
        String url,
        String flinkVersion,
        int taskManagers,
        int slots,
        int freeSlots,
        List<JobView> jobs) {}
