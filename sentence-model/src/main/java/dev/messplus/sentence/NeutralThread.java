package dev.messplus.sentence;

import static java.lang.invoke.MethodType.methodType;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Supplier;

/**
 * Constructs objects that outlive the job.
 *
 * <p>Until Java 24, threads and {@link java.net.URLClassLoader}s keep the access control context of
 * the stack on which they were created, and with it the class loaders of all classes on that stack,
 * including the job's. The threads of a {@link ForkJoinPool} start with an empty context, and no
 * class of the job is on the stack of a constructor that runs there. Not needed from Java 24 on
 * (JEP 486).
 */
final class NeutralThread {

    private NeutralThread() {}

    /**
     * Calls a public constructor on such a thread and waits for the object.
     *
     * @throws java.util.concurrent.CompletionException if the constructor throws; its cause is the
     *     exception
     */
    static <T> T construct(Constructor<T> constructor, Object... arguments) {
        ForkJoinPool pool = new ForkJoinPool(1);
        try {
            return CompletableFuture.supplyAsync(bound(constructor, arguments), pool).join();
        } finally {
            pool.shutdown();
        }
    }

    @SuppressWarnings("unchecked")
    private static <T> Supplier<T> bound(Constructor<T> constructor, Object... arguments) {
        try {
            MethodHandle handle = MethodHandles.publicLookup().unreflectConstructor(constructor);
            return MethodHandleProxies.asInterfaceInstance(
                    Supplier.class,
                    MethodHandles.insertArguments(handle, 0, arguments)
                            .asType(methodType(Object.class)));
        } catch (IllegalAccessException e) {
            throw new IllegalArgumentException(constructor + " must be public", e);
        }
    }
}
