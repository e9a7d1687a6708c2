package dev.messplus.infer.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ServerPagesTest {

    private long nanos;
    private int requested;
    private final ServerPages pages = new ServerPages(() -> nanos);

    @Test
    void aPageIsRequestedOnceASecond() {
        Optional<ServerPage> page = Optional.of(new ServerPage(1, 2));

        assertThat(latest(CompletableFuture.completedFuture(page))).isCompletedWithValue(page);
        nanos = TimeUnit.MILLISECONDS.toNanos(999);
        latest(CompletableFuture.completedFuture(page));
        assertThat(requested).isOne();

        nanos = TimeUnit.SECONDS.toNanos(1);
        latest(CompletableFuture.completedFuture(page));
        assertThat(requested).isEqualTo(2);
    }

    @Test
    void aPageOnItsWayIsNotRequestedAgain() {
        CompletableFuture<Optional<ServerPage>> sent = new CompletableFuture<>();
        latest(sent);
        nanos = TimeUnit.SECONDS.toNanos(10);

        assertThat(latest(new CompletableFuture<>())).isSameAs(sent);
    }

    @Test
    void aServerWithoutPageIsAskedRarely() {
        latest(CompletableFuture.completedFuture(Optional.empty()));
        nanos = TimeUnit.SECONDS.toNanos(59);
        latest(CompletableFuture.completedFuture(Optional.empty()));
        assertThat(requested).isOne();

        nanos = TimeUnit.SECONDS.toNanos(60);
        latest(CompletableFuture.completedFuture(Optional.empty()));
        assertThat(requested).isEqualTo(2);
    }

    private CompletableFuture<Optional<ServerPage>> latest(
            CompletableFuture<Optional<ServerPage>> next) {
        return pages.latest(
                () -> {
                    requested++;
                    return next;
                });
    }
}
