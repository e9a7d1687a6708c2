package dev.messplus.cli.rest;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.flink.api.common.JobID;

/** Which job is meant. */
public final class JobChoice {

    private JobChoice() {}

    /**
     * The jobs that are meant.
     *
     * @param running the MESS+ jobs that have not ended
     * @param wanted a job's name, its id or how that begins; null for any
     * @throws IllegalArgumentException if none of them is meant
     */
    public static List<JobID> all(List<RunningJob> running, String wanted) {
        List<JobID> meant =
                running.stream().filter(job -> isMeant(job, wanted)).map(RunningJob::id).toList();
        if (wanted != null && meant.isEmpty()) {
            throw new IllegalArgumentException(
                    "JOB: no MESS+ job is called %s; %s".formatted(wanted, list(running)));
        }
        return meant;
    }

    /**
     * The one job that is meant.
     *
     * @throws IllegalArgumentException if it is not clear which, with those that there are
     */
    public static JobID one(List<RunningJob> running, String wanted) {
        List<JobID> meant = all(running, wanted);
        if (meant.size() != 1) {
            throw new IllegalArgumentException("JOB: must name one; " + list(running));
        }
        return meant.get(0);
    }

    private static boolean isMeant(RunningJob job, String wanted) {
        return wanted == null
                || job.name().equals(wanted)
                || job.id().toHexString().startsWith(wanted);
    }

    private static String list(List<RunningJob> jobs) {
        return jobs.isEmpty()
                ? "no MESS+ job runs"
                : jobs.stream()
                        .map(job -> "%n  %s  %s  %s".formatted(job.id(), job.state(), job.name()))
                        .collect(Collectors.joining("", "there are:", ""));
    }
}
