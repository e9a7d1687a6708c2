package dev.messplus.cli.failure;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.util.IOUtils;

/** Jobs that the same faults strike at the same time. */
final class Trials implements AutoCloseable {

    private final Stage stage;
    private final List<Trial> trials = new ArrayList<>();

    /**
     * Starts jobs, and a producer and a consumer for each.
     *
     * @param perSecond requests per second and job
     */
    Trials(Stage stage, List<JobOptions> jobs, int perSecond) throws Exception {
        this.stage = stage;
        try {
            for (JobOptions options : jobs) {
                trials.add(new Trial(stage, options, perSecond));
            }
        } catch (Exception e) {
            IOUtils.closeAllQuietly(trials);
            throw e;
        }
    }

    /**
     * Sends requests and strikes after a third of them. Sends on until there are enough requests
     * and the jobs have recovered, that is, have completed a checkpoint that began after the fault.
     * Then waits for the responses and audits every job.
     *
     * @param count minimum number of requests of a job
     */
    List<FaultResult> under(Fault fault, int round, int count) throws Exception {
        for (Trial trial : trials) {
            trial.begin(count);
        }
        awaitThird(1);
        long atMillis = fault.strike().at(this);
        awaitThird(3);
        stage.awaitWhole();
        long wholeMillis = System.currentTimeMillis();
        for (Trial trial : trials) {
            trial.awaitCheckpoint(wholeMillis);
            trial.awaitMeasured();
        }
        for (Trial trial : trials) {
            trial.end();
        }
        List<FaultResult> results = new ArrayList<>();
        for (Trial trial : trials) {
            results.add(trial.result(fault, round, atMillis));
        }
        return results;
    }

    Stage stage() {
        return stage;
    }

    List<Trial> all() {
        return trials;
    }

    /** Waits until each job has that many thirds of the requests of the current fault. */
    void awaitThird(int thirds) throws Exception {
        for (Trial trial : trials) {
            trial.awaitThird(thirds);
        }
    }

    /** The errors that were found, in words. */
    List<String> wrong() {
        return trials.stream().flatMap(trial -> trial.wrong().stream()).toList();
    }

    @Override
    public void close() throws Exception {
        IOUtils.closeAll(trials);
    }
}
