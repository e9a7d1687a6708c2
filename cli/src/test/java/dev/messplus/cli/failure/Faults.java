package dev.messplus.cli.failure;

import dev.messplus.cli.cluster.FlinkProcess;
import dev.messplus.local.fixture.ModelProcess;
import java.util.List;

/** The faults of the suite. */
final class Faults {

    /** All faults, in the order in which they strike. */
    static final List<Fault> ALL =
            List.of(
                    new Fault("kill -9 a TaskManager", Faults::killTaskManager),
                    new Fault("kill -9 the JobManager", Faults::killJobManager),
                    new Fault("kill -9 the broker", Faults::killBroker),
                    new Fault("savepoint, other parallelism", Faults::rescale),
                    new Fault("kill -9 a model server", Faults::killModelServer),
                    new Fault("garbage as feedback", Faults::fillFeedback),
                    new Fault("pause the consumer", Faults::pauseConsumer));

    private static final int PARALLELISM = 2;
    private static final int OTHER_PARALLELISM = 3;

    private Faults() {}

    /** Kills a TaskManager that has state. */
    private static long killTaskManager(Trial trial) throws Exception {
        String name = trial.figures().taskManager();
        FlinkProcess victim =
                trial.stage().flink().taskManagers().stream()
                        .filter(process -> process.name().equals(name))
                        .findFirst()
                        .orElseThrow();
        long atMillis = System.currentTimeMillis();
        victim.kill();
        return atMillis;
    }

    private static long killJobManager(Trial trial) throws Exception {
        long atMillis = System.currentTimeMillis();
        trial.stage().flink().jobManager().kill();
        return atMillis;
    }

    private static long killBroker(Trial trial) throws Exception {
        long atMillis = System.currentTimeMillis();
        trial.stage().broker().kill();
        trial.stage().broker().start();
        return atMillis;
    }

    private static long rescale(Trial trial) throws Exception {
        Deployment deployment = trial.deployment();
        long atMillis = System.currentTimeMillis();
        deployment.rescale(
                deployment.parallelism() == PARALLELISM ? OTHER_PARALLELISM : PARALLELISM);
        return atMillis;
    }

    private static long killModelServer(Trial trial) throws Exception {
        ModelProcess model = trial.stage().models().get("small");
        long atMillis = System.currentTimeMillis();
        model.kill();
        trial.awaitThird(2);
        model.start();
        return atMillis;
    }

    private static long fillFeedback(Trial trial) throws Exception {
        long atMillis = System.currentTimeMillis();
        trial.expectDeadLetters(
                new GarbageFeedback(trial.deployment().config().kafka()).fill(trial.third()));
        return atMillis;
    }

    /** Pauses the consumer for a third of the requests; it has to recover from what it missed. */
    private static long pauseConsumer(Trial trial) throws Exception {
        trial.consumer().pause();
        trial.awaitThird(2);
        trial.consumer().resume();
        return System.currentTimeMillis();
    }
}
