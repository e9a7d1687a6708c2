package dev.messplus.replay.parallel;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs tasks on all cores. */
public final class ParallelTasks {

    private ParallelTasks() {}

    /**
     * Runs tasks with one thread per core, and waits for all of them. If a task fails, the others
     * are interrupted.
     *
     * @return the results, in the order of the tasks
     * @throws IllegalStateException if a task throws a checked exception, or if the calling thread
     *     is interrupted; a {@link RuntimeException} of a task is thrown as it is
     */
    public static <T> List<T> run(List<Callable<T>> tasks) {
        ExecutorService threads =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        try {
            List<Future<T>> futures = new ArrayList<>(tasks.size());
            for (Callable<T> task : tasks) {
                futures.add(threads.submit(task));
            }
            List<T> results = new ArrayList<>(tasks.size());
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause
                    ? cause
                    : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while tasks ran", e);
        } finally {
            threads.shutdownNow();
        }
    }
}
