package dev.messplus.local.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class PartsTest {

    private final List<String> closed = new CopyOnWriteArrayList<>();

    @Test
    void partsStartAtTheSameTimeAndCloseInReverse() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        try (Parts parts = new Parts()) {
            var first = parts.start(() -> together(both, "first"));
            var second = parts.start(() -> together(both, "second"));
            first.await();
            second.await();
        }
        assertThat(closed).containsExactly("second", "first");
    }

    @Test
    void aFailedStartFailsWhoeverWaitsAndTheOthersAreClosed() {
        CountDownLatch failed = new CountDownLatch(1);
        IOException failure = new IOException("no port");

        assertThatThrownBy(
                        () -> {
                            try (Parts parts = new Parts()) {
                                var unused =
                                        parts.start(
                                                () -> {
                                                    failed.await();
                                                    return part("slow");
                                                });
                                var part =
                                        parts.start(
                                                () -> {
                                                    throw failure;
                                                });
                                try {
                                    part.await();
                                } finally {
                                    failed.countDown();
                                }
                            }
                        })
                .isSameAs(failure);
        assertThat(closed).containsExactly("slow");
    }

    @Test
    void allAreClosedEvenIfOneCannotBe() {
        assertThatThrownBy(
                        () -> {
                            try (Parts parts = new Parts()) {
                                parts.start(() -> part("first")).await();
                                parts.start(
                                                () ->
                                                        (AutoCloseable)
                                                                () -> {
                                                                    throw new IOException("stuck");
                                                                })
                                        .await();
                            }
                        })
                .hasMessage("stuck");
        assertThat(closed).containsExactly("first");
    }

    private AutoCloseable together(CountDownLatch others, String name) throws Exception {
        others.countDown();
        others.await();
        return part(name);
    }

    private AutoCloseable part(String name) {
        return () -> closed.add(name);
    }
}
