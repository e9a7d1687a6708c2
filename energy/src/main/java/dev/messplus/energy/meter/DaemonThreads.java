package dev.messplus.energy.meter;

import java.util.concurrent.ScheduledThreadPoolExecutor;

/** Executors that keep no JVM alive. */
final class DaemonThreads {

    private DaemonThreads() {}

    /** An executor with one daemon thread of a name. */
    static ScheduledThreadPoolExecutor scheduler(String name) {
        ScheduledThreadPoolExecutor scheduler =
                new ScheduledThreadPoolExecutor(
                        1,
                        task -> {
                            Thread thread = new Thread(task, name);
                            thread.setDaemon(true);
                            return thread;
                        });
        scheduler.setRemoveOnCancelPolicy(true);
        return scheduler;
    }
}
