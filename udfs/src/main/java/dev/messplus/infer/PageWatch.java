package dev.messplus.infer;

import dev.messplus.infer.admission.Admission;
import dev.messplus.infer.admission.ModelPlaces;
import dev.messplus.infer.call.CalledModel;
import dev.messplus.infer.call.CalledServer;
import dev.messplus.infer.openai.ServerPage;
import dev.messplus.sharing.Futures;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Reads the metrics pages of the servers whose answers do not say for how long they worked, so that
 * the number of calls in flight follows their queues. It ends with the deadlines of the zoo.
 */
final class PageWatch {

    private static final long EVERY_MILLIS = 1_000;

    private final ModelZoo zoo;
    private final Admission admission;

    private PageWatch(ModelZoo zoo, Admission admission) {
        this.zoo = zoo;
        this.admission = admission;
    }

    /** Watches the pages of all models. */
    static void start(ModelZoo zoo, Admission admission) {
        new PageWatch(zoo, admission).lookLater();
    }

    private void lookLater() {
        zoo.deadlines().in(EVERY_MILLIS, this::look);
    }

    private void look() {
        if (zoo.deadlines().isClosed()) {
            return;
        }
        try {
            for (CalledModel model : zoo.models().values()) {
                ModelPlaces places = admission.places(model.id());
                if (places.needsPage()) {
                    read(model, places);
                }
            }
        } finally {
            lookLater();
        }
    }

    /** A queue is known if the pages of all servers are. */
    private void read(CalledModel model, ModelPlaces places) {
        List<CompletableFuture<Optional<ServerPage>>> pages =
                model.servers().stream()
                        .map(CalledServer::client)
                        .map(client -> client.page(zoo.deadlines()))
                        .toList();
        Futures.whenComplete(
                CompletableFuture.allOf(pages.toArray(CompletableFuture[]::new)),
                (read, failure) -> {
                    if (failure != null) {
                        return;
                    }
                    int waiting = 0;
                    int running = 0;
                    for (CompletableFuture<Optional<ServerPage>> page : pages) {
                        Optional<ServerPage> shown = page.join();
                        if (shown.isEmpty()) {
                            return;
                        }
                        waiting += shown.get().waiting();
                        running += shown.get().running();
                    }
                    places.pageShows(waiting, running);
                });
    }
}
