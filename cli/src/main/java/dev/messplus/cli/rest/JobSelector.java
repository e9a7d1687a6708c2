package dev.messplus.cli.rest;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.flink.api.common.JobID;

/** Selects jobs by name, by id, or by the beginning of an id. */
public final class JobSelector {

    private JobSelector() {}

    /**
     * The jobs that match.
     *
     * @param wanted a job's name, id, or the beginning of its id; null for any job
     * @throws IllegalArgumentException if {@code wanted} is given and no job matches; the message
     *     lists the jobs
     */
    public static List<JobID> all(List<RunningJob> running, String wanted) {
        List<JobID> matches = matching(running, wanted);
        if (wanted != null && matches.isEmpty()) {
            throw new IllegalArgumentException(
                    "JOB: no MESS+ job matches %s; %s".formatted(wanted, list(running)));
        }
        return matches;
    }

    /**
     * The only job that matches.
     *
     * @throws IllegalArgumentException if no job or more than one matches; the message lists the
     *     jobs
     */
    public static JobID one(List<RunningJob> running, String wanted) {
        List<JobID> matches = all(running, wanted);
        if (matches.size() != 1) {
            throw new IllegalArgumentException("JOB: must match one job; " + list(running));
        }
        return matches.get(0);
    }

    /** The jobs that match, if any do. */
    static List<JobID> matching(List<RunningJob> jobs, String wanted) {
        return jobs.stream().filter(job -> matches(job, wanted)).map(RunningJob::id).toList();
    }

    private static boolean matches(RunningJob job, String wanted) {
        return wanted == null
                || job.name().equals(wanted)
                || job.id().toHexString().startsWith(wanted);
    }

    private static String list(List<RunningJob> jobs) {
        return jobs.isEmpty()
                ? "no MESS+ job is running"
                : jobs.stream()
                        .map(job -> "%n  %s  %s  %s".formatted(job.id(), job.state(), job.name()))
                        .collect(Collectors.joining("", "running jobs:", ""));
    }
}
