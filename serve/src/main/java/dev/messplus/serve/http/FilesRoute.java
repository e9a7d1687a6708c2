package dev.messplus.serve.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.messplus.serve.access.Tenant;
import dev.messplus.serve.kafka.FileChunks;
import dev.messplus.serve.store.Store;
import dev.messplus.serve.store.StoredFile;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /v1/files}, without uploads: lists, shows, deletes and downloads files. */
final class FilesRoute {

    private static final Logger LOG = LoggerFactory.getLogger(FilesRoute.class);

    private static final Listing.Size PAGE = new Listing.Size(10_000, 10_000);

    /** Threads of one tenant; those that wait for one included. */
    private static final int MOST_OF_A_TENANT = 8;

    /** A caller that takes no chunk for so long is gone, or too slow to have a thread. */
    private static final long WRITE_SECONDS = 10;

    private final Store store;
    private final FileChunks chunks;
    private final Callers callers;
    private final ExecutorService downloads;

    /** Downloads of each tenant that run or wait. */
    private final Map<String, Integer> downloading = new HashMap<>();

    /**
     * The routes.
     *
     * @param downloads threads that wait for topics and callers, one for each download
     */
    FilesRoute(Store store, FileChunks chunks, Callers callers, ExecutorService downloads) {
        this.store = store;
        this.chunks = chunks;
        this.callers = callers;
        this.downloads = downloads;
    }

    void list(RoutingContext call, Tenant tenant) {
        String purpose = call.queryParams().get("purpose");
        List<StoredFile> files =
                store.files(tenant.name()).stream()
                        .filter(file -> purpose == null || file.purpose().equals(purpose))
                        .toList();
        Listing.send(call, files, StoredFile::id, FileObject::of, PAGE);
    }

    void get(RoutingContext call, Tenant tenant) {
        with(call, tenant, file -> Replies.json(call, 200, FileObject.of(file)));
    }

    void delete(RoutingContext call, Tenant tenant) {
        with(call, tenant, file -> delete(call, file));
    }

    private void delete(RoutingContext call, StoredFile file) {
        if (store.isInUse(file)) {
            Replies.error(call, ApiErrors.FILE_IN_USE);
            return;
        }
        callers.then(
                call,
                store.delete(file),
                done -> {
                    var unused = chunks.delete(file.id(), file.content());
                    Replies.json(
                            call,
                            200,
                            JsonNodeFactory.instance
                                    .objectNode()
                                    .put("id", file.id())
                                    .put("object", "file")
                                    .put("deleted", true));
                });
    }

    void content(RoutingContext call, Tenant tenant) {
        with(
                call,
                tenant,
                file -> {
                    if (downloading.merge(tenant.name(), 1, Integer::sum) > MOST_OF_A_TENANT) {
                        ended(tenant);
                        Replies.error(call, ApiErrors.TOO_MANY_DOWNLOADS);
                    } else {
                        downloads.execute(
                                () -> {
                                    download(call, file);
                                    callers.onLoop(() -> ended(tenant));
                                });
                    }
                });
    }

    private void ended(Tenant tenant) {
        downloading.computeIfPresent(tenant.name(), (name, count) -> count == 1 ? null : count - 1);
    }

    /** Runs on a thread that may wait. */
    private void download(RoutingContext call, StoredFile file) {
        HttpServerResponse response = call.response();
        try {
            response.putHeader("content-type", "application/octet-stream")
                    // To compress it would take the time of the event loop.
                    .putHeader("content-encoding", "identity")
                    .putHeader("content-length", String.valueOf(file.bytes()));
            chunks.read(file.id(), file.content(), chunk -> write(response, chunk));
            var unused = response.end();
        } catch (IOException | RuntimeException e) {
            LOG.warn("The download of {} broke off", file.id(), e);
            if (response.headWritten()) {
                // Half a file must not look like a whole one.
                var unused = response.reset();
            } else {
                response.headers().remove("content-length").remove("content-encoding");
                Replies.error(call, ApiErrors.noKafka(e));
            }
        }
    }

    private static void write(HttpServerResponse response, byte[] chunk) throws IOException {
        Future<Void> written = response.write(Buffer.buffer(chunk));
        try {
            var unused =
                    written.toCompletionStage()
                            .toCompletableFuture()
                            .get(WRITE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("The caller takes no more", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("The door is closed", e);
        }
    }

    private void with(RoutingContext call, Tenant tenant, Consumer<StoredFile> action) {
        Optional<StoredFile> file = store.file(tenant.name(), call.pathParam("file"));
        if (file.isPresent()) {
            action.accept(file.get());
        } else {
            Replies.error(call, ApiErrors.unknownFile(call.pathParam("file")));
        }
    }
}
