package dev.messplus.cli.failure;

import dev.messplus.job.fixture.TestConfig;
import dev.messplus.testkit.DcgmProcess;
import java.util.Map;

/**
 * How the jobs of the suite differ.
 *
 * @param name name of the job, its consumer group and its topics
 * @param delivery as the configuration has it
 * @param isMetered whether the job meters a GPU, otherwise the servers say what a call took. Only
 *     one process may meter a GPU, so {@code infer} then has a single subtask
 */
record JobOptions(String name, String delivery, boolean isMetered) {

    /** A job whose servers say what a call took. */
    static JobOptions of(String delivery) {
        return new JobOptions(delivery, delivery, false);
    }

    /** A job that meters the GPU. */
    static JobOptions metered(String delivery) {
        return new JobOptions(delivery + "-gpu", delivery, true);
    }

    /** Another job like this one. */
    JobOptions again() {
        return new JobOptions(name + "-again", delivery, isMetered);
    }

    /** Whether consumers see a response before the next checkpoint. */
    boolean showsAtOnce() {
        return delivery.equals("at_least_once");
    }

    /** Source of the joules. */
    String energy() {
        return isMetered ? "dcgm" : "response";
    }

    /** Energy of a model, as the configuration has it. */
    Map<String, Object> energy(DcgmProcess exporter) {
        return isMetered ? TestConfig.dcgm(exporter.url(), 0) : TestConfig.joulesInResponse();
    }
}
