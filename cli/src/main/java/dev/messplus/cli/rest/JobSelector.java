package dev.messplus.cli.rest;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.flink.api.common.JobID;

/** Selects jobs by name, by id, or by the beginning of an id. */
public final class JobSelector {

    private JobSelector() {}

    /**
     * The jobs that match and have not ended.
     *
     * @param known all jobs, those that have ended among them
     * @param wanted a job's name, id, or the beginning of its id; null for any job
     * @throws IllegalArgumentException if {@code wanted} is given and no job matches; the message
     *     lists the jobs
     */
    public static List<JobID> all(List<ListedJob> known, String wanted) {
        List<JobID> matches = matching(running(known), wanted);
        if (wanted != null && matches.isEmpty()) {
            throw new IllegalArgumentException(
                    "JOB: no MESS+ job matches %s; %s".formatted(wanted, list(known)));
        }
        return matches;
    }

    /**
     * The only job that matches and has not ended.
     *
     * @param known all jobs, those that have ended among them
     * @throws IllegalArgumentException if no job or more than one matches; the message lists the
     *     jobs
     */
    public static JobID one(List<ListedJob> known, String wanted) {
        List<JobID> matches = all(known, wanted);
        if (matches.size() != 1) {
            throw new IllegalArgumentException("JOB: must match one job; " + list(known));
        }
        return matches.get(0);
    }

    /** The jobs that match, if any do. */
    static List<JobID> matching(List<ListedJob> jobs, String wanted) {
        return jobs.stream().filter(job -> matches(job, wanted)).map(ListedJob::id).toList();
    }

    private static boolean matches(ListedJob job, String wanted) {
        return wanted == null
                || job.name().equals(wanted)
                || job.id().toHexString().startsWith(wanted);
    }

    private static List<ListedJob> running(List<ListedJob> known) {
        return known.stream().filter(job -> !job.state().isGloballyTerminalState()).toList();
    }

    /** The jobs that run; if none does, those that have ended. */
    private static String list(List<ListedJob> known) {
        List<ListedJob> running = running(known);
        String heading = running.isEmpty() ? "no MESS+ job is running" : "running jobs:";
        return (running.isEmpty() ? known : running)
                .stream()
                        .map(job -> "%n  %s  %s  %s".formatted(job.id(), job.state(), job.name()))
                        .collect(Collectors.joining("", heading, ""));
    }
}
