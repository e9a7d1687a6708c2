package dev.messplus.embedding;

import static java.lang.invoke.MethodType.methodType;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Supplier;

/**
 * Makes objects that outlive the job.
 *
 * <p>Until Java 24, a thread and a {@link java.net.URLClassLoader} remember the access rights of
 * all classes on the stack that they were made on, and so keep the class loader of the job whose
 * code made them. The threads of a {@link ForkJoinPool} begin without any such rights, and the
 * stack of the constructor has no class of ours.
 */
final class NeutralThread {

    private NeutralThread() {}

    /**
     * Calls a public constructor on such a thread, and waits.
     *
     * @throws java.util.concurrent.CompletionException with what the constructor threw
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
            throw new IllegalArgumentException(constructor + " is not public", e);
        }
    }
}
