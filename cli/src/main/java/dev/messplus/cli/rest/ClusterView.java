package dev.messplus.cli.rest;

import java.util.List;

/**
 * A cluster and the MESS+ jobs on it.
 *
 * @param url of the REST API
 * @param flinkVersion such as {@code 2.2.1}
 */
public record ClusterView(
        String url,
        String flinkVersion,
        int taskManagers,
        int slots,
        int freeSlots,
        List<JobView> jobs) {}
