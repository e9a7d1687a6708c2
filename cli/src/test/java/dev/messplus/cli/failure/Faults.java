package dev.messplus.cli.failure;

import dev.messplus.cli.cluster.ChildProcess;
import dev.messplus.job.config.KafkaSection;
import dev.messplus.testkit.DcgmProcess;
import dev.messplus.testkit.OpenTransaction;
import dev.messplus.testkit.Patience;
import dev.messplus.testkit.QueueingModelProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.util.IOUtils;

/** The faults of the suite. */
final class Faults {

    /** Repeats nothing, in either delivery mode. */
    static final String FINISH_CALLS = "finish calls, fewer subtasks";

    private static final Duration FINISH_WITHIN = Duration.ofMinutes(1);

    /** At least 2. */
    private static final int MAX_SUBTASKS = Integer.getInteger("failure.subtasks", 2);

    /** Whether processes are killed where places are free, too, and not in bursts alone. */
    private static final boolean CALM_KILLS = Boolean.getBoolean("failure.calmKills");

    /** For how long the requests of a burst would keep the servers busy. */
    private static final int BURST_SECONDS = 10;

    /** Some of them are for it: more than may be under way and wait for it in all. */
    private static final int REQUESTS_BEHIND_A_HUNG_MODEL = 1_000;

    /** All faults, in the order in which they strike. Jobs start with one subtask. */
    private static final List<Fault> ALL =
            List.of(
                    new Fault(
                            "savepoint, more subtasks",
                            trials -> rescale(trials, MAX_SUBTASKS, Duration.ZERO)),
                    new Fault("kill -9 a TaskManager", Faults::killTaskManager)
                            .where(stage -> CALM_KILLS),
                    new Fault("kill -9 the JobManager", Faults::killJobManager)
                            .where(stage -> CALM_KILLS),
                    new Fault("kill -9 JobManager, exporter", Faults::killExporterAsWell),
                    new Fault("another job on a metered GPU", Faults::meterTwice),
                    new Fault("kill -9 the broker", Faults::killBroker).where(stage -> CALM_KILLS),
                    new Fault(
                            FINISH_CALLS,
                            trials -> rescale(trials, MAX_SUBTASKS / 2, FINISH_WITHIN)),
                    new Fault("more subtasks in place", Faults::rescaleInPlace)
                            .where(Stage::isAdaptive),
                    new Fault("kill -9 a model server", Faults::killModelServer),
                    new Fault("a model server hangs", Faults::hangModelServer),
                    new Fault(
                            "a burst, kill -9 a TaskManager",
                            trials -> inBurst(trials, Faults::killTaskManager)),
                    new Fault(
                            "a burst, kill -9 the JobManager",
                            trials -> inBurst(trials, Faults::killJobManager)),
                    new Fault(
                            "a burst, kill -9 the broker",
                            trials -> inBurst(trials, Faults::killBroker)),
                    new Fault("garbage as feedback", Faults::fillFeedback),
                    new Fault("an open transaction", Faults::openTransaction),
                    new Fault("a full checkpoint disk", Faults::fillDisk)
                            .where(stage -> stage.disk().isOwn()),
                    new Fault("pause the consumers", Faults::pauseConsumers));

    private Faults() {}

    /** Those that can strike there. */
    static List<Fault> on(Stage stage) {
        return ALL.stream().filter(fault -> fault.condition().test(stage)).toList();
    }

    /** Kills a TaskManager that has state of the first job. */
    private static long killTaskManager(Trials trials) throws Exception {
        String name = trials.all().get(0).figures().taskManager();
        ChildProcess victim =
                trials.stage().flink().taskManagers().stream()
                        .filter(process -> process.name().equals(name))
                        .findFirst()
                        .orElseThrow();
        long atMillis = System.currentTimeMillis();
        victim.kill();
        return atMillis;
    }

    private static long killJobManager(Trials trials) throws Exception {
        long atMillis = System.currentTimeMillis();
        trials.stage().flink().jobManager().kill();
        return atMillis;
    }

    /** The jobs must run again while their devices cannot be read, and charge estimates. */
    private static long killExporterAsWell(Trials trials) throws Exception {
        DcgmProcess exporter = trials.stage().exporter();
        exporter.kill();
        for (Trial trial : trials.all()) {
            trial.awaitEstimated();
        }
        long atMillis = killJobManager(trials);
        for (Trial trial : trials.all()) {
            trial.awaitCheckpoint(atMillis);
            trial.awaitEstimated();
        }
        exporter.start();
        return atMillis;
    }

    /** A job that would charge joules which another job charges already must not start. */
    private static long meterTwice(Trials trials) throws Exception {
        long atMillis = System.currentTimeMillis();
        for (Trial trial : trials.all()) {
            JobOptions options = trial.deployment().options();
            if (options.isMetered()) {
                String failure = new Deployment(trials.stage(), options.again()).failToStart();
                if (!failure.contains("is metered already")) {
                    trial.report("a second job on its GPU failed because of " + failure);
                }
            }
        }
        return atMillis;
    }

    private static long killBroker(Trials trials) throws Exception {
        long atMillis = System.currentTimeMillis();
        trials.stage().broker().kill();
        trials.stage().broker().start();
        return atMillis;
    }

    private static long rescale(Trials trials, int parallelism, Duration finishWithin)
            throws Exception {
        long atMillis = System.currentTimeMillis();
        for (Trial trial : trials.all()) {
            trial.deployment().rescale(parallelism, finishWithin);
        }
        return atMillis;
    }

    /** As Flink's autoscaler and its web UI do: the job is restored from its last checkpoint. */
    private static long rescaleInPlace(Trials trials) throws Exception {
        long atMillis = System.currentTimeMillis();
        for (Trial trial : trials.all()) {
            trial.deployment().rescaleInPlace(MAX_SUBTASKS);
        }
        return atMillis;
    }

    private static long killModelServer(Trials trials) throws Exception {
        QueueingModelProcess model = trials.stage().models().get("small");
        long atMillis = System.currentTimeMillis();
        model.kill();
        trials.awaitThird(2);
        model.start();
        return atMillis;
    }

    /**
     * The jobs must go on while a model hangs for which more requests wait than may be called. It
     * answers its calls in the end.
     */
    private static long hangModelServer(Trials trials) throws Exception {
        QueueingModelProcess model = trials.stage().models().get("large");
        long atMillis = System.currentTimeMillis();
        model.hang();
        for (Trial trial : trials.all()) {
            trial.burst(REQUESTS_BEHIND_A_HUNG_MODEL);
        }
        trials.awaitThird(2);
        long hangingMillis = System.currentTimeMillis();
        for (Trial trial : trials.all()) {
            trial.awaitCheckpoint(hangingMillis);
            if (trial.figures().checkpointBytes(hangingMillis) < 0) {
                trial.report("no checkpoint while a model hangs");
            }
        }
        model.goOn();
        return atMillis;
    }

    /**
     * Strikes while no place is free: more requests come at once than servers with one slot each
     * answer in ten seconds. Once the jobs have recovered, the servers have all their slots again.
     */
    private static long inBurst(Trials trials, Fault.Strike strike) throws Exception {
        Collection<QueueingModelProcess> models = trials.stage().models().values();
        models.forEach(model -> model.slots(1));
        long capacity = models.size() * TimeUnit.SECONDS.toMillis(1) / Stage.SERVICE_MILLIS;
        for (Trial trial : trials.all()) {
            trial.burst((int) (BURST_SECONDS * capacity / trials.all().size()));
        }
        for (QueueingModelProcess model : models) {
            int queued = Patience.await().until(() -> model.stats().queued(), calls -> calls > 0);
            if (queued > trials.all().size() * Stage.MODEL_SLOTS) {
                trials.all().get(0).report(queued + " calls wait in a model server");
            }
        }
        long atMillis = strike.at(trials);
        for (Trial trial : trials.all()) {
            trial.awaitCheckpoint(atMillis);
        }
        models.forEach(model -> model.slots(Stage.MODEL_SLOTS));
        return atMillis;
    }

    private static long fillFeedback(Trials trials) throws Exception {
        long atMillis = System.currentTimeMillis();
        for (Trial trial : trials.all()) {
            trial.expectDeadLetters(
                    new GarbageFeedback(trial.deployment().config().kafka()).fill(trial.third()));
        }
        return atMillis;
    }

    /**
     * Another producer keeps a transaction open for a third of the requests, so that no label
     * behind it can be read. Then it is aborted.
     */
    private static long openTransaction(Trials trials) throws Exception {
        List<OpenTransaction> open = new ArrayList<>();
        try {
            for (Trial trial : trials.all()) {
                KafkaSection kafka = trial.deployment().config().kafka();
                open.add(OpenTransaction.on(kafka.bootstrap(), kafka.topics().feedback()));
            }
            trials.awaitThird(2);
        } finally {
            IOUtils.closeAll(open);
        }
        return System.currentTimeMillis();
    }

    /**
     * The jobs must have checkpoints again once there is space. Those that show their responses
     * without one must go on meanwhile; the others may restart before their transactions expire.
     */
    private static long fillDisk(Trials trials) throws Exception {
        Map<Trial, Long> restarts = new HashMap<>();
        for (Trial trial : trials.all()) {
            restarts.put(trial, trial.figures().restarts());
        }
        Map<Trial, Long> failed = new HashMap<>();
        for (Trial trial : trials.all()) {
            failed.put(trial, trial.figures().failedCheckpoints());
        }
        for (Trial trial : trials.all()) {
            trial.awaitFailedCheckpoints(failed.get(trial) + 2, trials.stage().disk());
        }
        trials.awaitThird(2);
        trials.stage().disk().free();
        long atMillis = System.currentTimeMillis();
        for (Trial trial : trials.all()) {
            trial.awaitCheckpoint(atMillis);
            if (trial.deployment().options().showsAtOnce()
                    && trial.figures().restarts() != restarts.get(trial)) {
                trial.report("a full disk restarted the job");
            }
        }
        return atMillis;
    }

    /** Pauses the consumers for a third of the requests; they recover from what they missed. */
    private static long pauseConsumers(Trials trials) throws Exception {
        for (Trial trial : trials.all()) {
            trial.consumer().pause();
        }
        trials.awaitThird(2);
        for (Trial trial : trials.all()) {
            trial.consumer().resume();
        }
        return System.currentTimeMillis();
    }
}
