package dev.messplus.serve.http;

import dev.messplus.serve.access.Tenant;
import dev.messplus.serve.kafka.FileChunks;
import dev.messplus.serve.store.Store;
import dev.messplus.serve.store.StoredFile;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** {@code POST /v1/files}: a file goes to the topic as it arrives. */
final class UploadRoute implements Route {

    /** Each has a few chunks in memory. */
    private static final int MAX_UPLOADS = 16;

    private final Store store;
    private final FileChunks chunks;
    private final Callers callers;

    /** Bytes of files that arrive, of each tenant. */
    private final Map<String, Long> arriving = new HashMap<>();

    private int uploads;

    UploadRoute(Store store, FileChunks chunks, Callers callers) {
        this.store = store;
        this.chunks = chunks;
        this.callers = callers;
    }

    @Override
    public void handle(RoutingContext call, Tenant tenant) {
        HttpServerRequest request = call.request();
        String type = request.getHeader("content-type");
        if (type == null || !type.startsWith("multipart/form-data")) {
            Replies.error(call, ApiErrors.NO_FORM);
            return;
        }
        if (uploads >= MAX_UPLOADS) {
            call.response().putHeader("retry-after", "1");
            Replies.error(call, ApiErrors.TOO_MANY_UPLOADS);
            return;
        }
        uploads++;
        Upload upload = new Upload(this, call, tenant);
        var unused =
                call.addEndHandler(
                        end -> {
                            uploads--;
                            arriving.merge(tenant.name(), -upload.bytes(), Long::sum);
                            arriving.remove(tenant.name(), 0L);
                        });
        request.setExpectMultipart(true);
        request.uploadHandler(upload::part);
        request.exceptionHandler(problem -> upload.refuse(ApiErrors.NO_FORM));
        request.endHandler(end -> upload.end());
    }

    FileChunks.Upload begin(String id) {
        return chunks.upload(id);
    }

    /** What all files of a tenant take, small ones and those that arrive included. */
    long storedBytes(Tenant tenant) {
        return arriving.getOrDefault(tenant.name(), 0L)
                + store.files(tenant.name()).stream()
                        .mapToLong(file -> Math.max(file.bytes(), FileChunks.CHUNK_BYTES))
                        .sum();
    }

    /** Takes in that more of a file has arrived. */
    void arrived(Tenant tenant, int bytes) {
        arriving.merge(tenant.name(), (long) bytes, Long::sum);
    }

    CompletableFuture<Void> add(StoredFile file) {
        return store.add(file);
    }

    void onLoop(Runnable task) {
        callers.onLoop(task);
    }
}
