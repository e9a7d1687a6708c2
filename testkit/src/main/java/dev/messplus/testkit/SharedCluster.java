package dev.messplus.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.support.TypeBasedParameterResolver;

/**
 * Gives tests the one {@link TestCluster} of their JVM, as a parameter of type {@code TestCluster}:
 *
 * <pre>{@code
 * @ExtendWith(SharedCluster.class)
 * class FeedbackIT {
 *     @BeforeAll
 *     static void start(TestCluster shared) { ... }
 * }</pre>
 *
 * <p>All test classes that run in this JVM share it, so topics have names of their own, and each
 * test ends its jobs. It is closed with the last of them. A test that stops the broker, or needs
 * settings, creates a cluster.
 */
public final class SharedCluster extends TypeBasedParameterResolver<TestCluster> {

    private static final Namespace NAMESPACE = Namespace.create(SharedCluster.class);

    @Override
    public TestCluster resolveParameter(ParameterContext parameter, ExtensionContext context) {
        // Surefire runs each class by itself; all that run in a JVM are of one session.
        Store session = context.getStore(StoreScope.LAUNCHER_SESSION, NAMESPACE);
        return session.getOrComputeIfAbsent(TestCluster.class, key -> create(), TestCluster.class);
    }

    private static TestCluster create() {
        try {
            return TestCluster.create();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
