package dev.messplus.serve.http;

import dev.messplus.batch.chat.ApiError;
import dev.messplus.serve.access.Quota;
import dev.messplus.serve.access.Tenant;
import dev.messplus.serve.kafka.FileChunks;
import dev.messplus.serve.store.Store;
import dev.messplus.serve.store.StoredFile;
import dev.messplus.serve.store.StoredFileBuilder;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerFileUpload;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;

/**
 * A file that arrives, on the event loop. It waits where the topic does: no more of it than a few
 * chunks is in memory.
 */
final class Upload {

    /** Chunks on their way to the topic. */
    private static final int MAX_UNWRITTEN = 4;

    private static final int MAX_FILENAME = 1_000;

    /** What is read of a file that is not taken, before the connection is closed. */
    private static final long MAX_DRAINED_BYTES = 64 << 20;

    /** How long a part may go on behind the end of the body that it is in. */
    private static final long TAIL_MILLIS = 1_000;

    private final UploadRoute route;
    private final RoutingContext call;
    private final Tenant tenant;
    private final Quota quota;
    private final String id = Store.newFileId();
    private final FileChunks.Upload file;
    private final byte[] chunk = new byte[FileChunks.CHUNK_BYTES];
    private final long storedBytes;
    private int filled;
    private long bytes;
    private int unwritten;
    private long refusedBytes;
    private boolean ended;

    /** The part with the file, while it is read; otherwise {@code null}. */
    private HttpServerFileUpload stream;

    /** Its name; {@code null} before the part with the file. */
    private String filename;

    /** Why it is not taken; {@code null} as long as it is. */
    private ApiError error;

    Upload(UploadRoute route, RoutingContext call, Tenant tenant) {
        this.route = route;
        this.call = call;
        this.tenant = tenant;
        quota = tenant.quota();
        file = route.begin(id);
        storedBytes = route.storedBytes(tenant);
    }

    /** How many bytes of files have arrived. */
    long bytes() {
        return bytes;
    }

    /** Takes in that a part with a file begins. */
    void part(HttpServerFileUpload part) {
        part.handler(this::take);
        if (filename != null || !part.name().equals("file")) {
            refuse(ApiError.invalid("file: must be one part, and the only file"));
            return;
        }
        filename = part.filename();
        stream = part;
        part.endHandler(end -> partEnded());
    }

    private void partEnded() {
        stream = null;
        if (ended) {
            finish();
        }
    }

    private void take(Buffer buffer) {
        bytes += buffer.length();
        route.arrived(tenant, buffer.length());
        if (bytes > quota.fileBytes()) {
            refuse(ApiErrors.fileTooLarge(quota.fileBytes()));
        } else if (storedBytes + Math.max(bytes, FileChunks.CHUNK_BYTES) > quota.storedBytes()) {
            refuse(ApiErrors.tooMuchStored(quota.storedBytes()));
        }
        if (error != null) {
            drain();
            return;
        }
        for (int at = 0; at < buffer.length(); ) {
            int count = Math.min(chunk.length - filled, buffer.length() - at);
            buffer.getBytes(at, at + count, chunk, filled);
            filled += count;
            at += count;
            if (filled == chunk.length) {
                write();
            }
        }
        if (unwritten > MAX_UNWRITTEN) {
            stream.pause();
        }
    }

    private void write() {
        unwritten++;
        var unused =
                file.write(Arrays.copyOf(chunk, filled))
                        .whenComplete((done, problem) -> route.onLoop(() -> written(problem)));
        filled = 0;
    }

    private void written(Throwable problem) {
        unwritten--;
        if (problem != null) {
            refuse(ApiErrors.noKafka(problem));
        }
        if (stream != null) {
            stream.resume();
        }
    }

    /** Takes in no more. The caller reads the answer once it has sent all. */
    void refuse(ApiError reason) {
        if (error == null) {
            error = reason;
            refusedBytes = bytes;
            file.abort();
        }
    }

    private void drain() {
        if (bytes - refusedBytes > MAX_DRAINED_BYTES) {
            call.response().putHeader("connection", "close");
            Replies.error(call, error);
        }
    }

    /** Takes in that the body has ended. */
    void end() {
        ended = true;
        if (stream == null) {
            finish();
        } else {
            awaitPart(bytes);
        }
    }

    /** Of a body that breaks off, the part with the file does not end. */
    private void awaitPart(long before) {
        var unused =
                call.vertx()
                        .setTimer(
                                TAIL_MILLIS,
                                timer -> {
                                    if (stream == null) {
                                        return;
                                    }
                                    if (unwritten > 0 || bytes > before) {
                                        awaitPart(bytes);
                                    } else {
                                        refuse(ApiErrors.NO_FORM);
                                        partEnded();
                                    }
                                });
    }

    private void finish() {
        long keptSeconds = 0;
        try {
            keptSeconds = check(call.request().formAttributes());
        } catch (IllegalArgumentException e) {
            refuse(ApiError.invalid(e.getMessage()));
        }
        if (error != null) {
            Replies.error(call, error);
            return;
        }
        store(keptSeconds);
    }

    private void store(long keptSeconds) {
        if (filled > 0) {
            write();
        }
        var unused =
                file.end()
                        .thenApply(content -> stored(content, keptSeconds))
                        .thenCompose(stored -> route.add(stored).thenApply(done -> stored))
                        .whenComplete(
                                (stored, problem) -> route.onLoop(() -> answer(stored, problem)));
    }

    private void answer(StoredFile stored, Throwable problem) {
        if (problem == null) {
            Replies.json(call, 200, FileObject.of(stored));
        } else {
            refuse(ApiErrors.noKafka(problem));
            Replies.error(call, error);
        }
    }

    /** For how many seconds the file is kept. */
    private long check(MultiMap form) {
        String purpose = form.get("purpose");
        if (!StoredFile.INPUT.equals(purpose)) {
            throw new IllegalArgumentException(
                    "purpose: must be %s, was %s"
                            .formatted(StoredFile.INPUT, purpose == null ? "missing" : purpose));
        }
        if (filename == null) {
            throw new IllegalArgumentException(
                    "file: is missing; send it as a part with a filename");
        }
        return Expiry.seconds(
                "expires_after",
                form.get("expires_after[anchor]"),
                form.get("expires_after[seconds]"));
    }

    private StoredFile stored(FileChunks.Content content, long keptSeconds) {
        long nowSeconds = System.currentTimeMillis() / 1_000;
        return StoredFileBuilder.builder()
                .id(id)
                .tenant(tenant.name())
                .filename(filename.substring(0, Math.min(filename.length(), MAX_FILENAME)))
                .purpose(StoredFile.INPUT)
                .bytes(bytes)
                .createdAtSeconds(nowSeconds)
                .expiresAtSeconds(nowSeconds + keptSeconds)
                .content(content)
                .build();
    }
}
