package dev.messplus.serve.http;

import dev.messplus.batch.chat.ApiError;
import dev.messplus.serve.access.Tenant;
import dev.messplus.serve.kafka.FileChunks;
import dev.messplus.serve.store.Store;
import dev.messplus.serve.store.StoredFile;
import dev.messplus.serve.store.StoredFileBuilder;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerFileUpload;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;

/**
 * {@code POST /v1/files}: a file goes to the topic as it arrives, and waits where the topic does.
 * No more of it than a few chunks is in memory.
 */
final class UploadRoute implements Route {

    /** Chunks on their way to the topic, for each upload. */
    private static final int MAX_UNWRITTEN = 8;

    private static final int MAX_FILENAME = 1_000;

    /** What is read of a file that is not taken, before the connection is closed. */
    private static final long MAX_DRAINED_BYTES = 64 << 20;

    private final Store store;
    private final FileChunks chunks;
    private final Callers callers;

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
        Upload upload = new Upload(call, tenant);
        request.setExpectMultipart(true);
        request.uploadHandler(upload::part);
        request.exceptionHandler(problem -> upload.broken());
        request.endHandler(end -> upload.end());
    }

    /** One upload, on the event loop. */
    private final class Upload {

        private final RoutingContext call;
        private final Tenant tenant;
        private final String id = Store.newFileId();
        private final FileChunks.Upload file = chunks.upload(id);
        private final byte[] chunk = new byte[FileChunks.CHUNK_BYTES];
        private final long room;
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

        Upload(RoutingContext call, Tenant tenant) {
            this.call = call;
            this.tenant = tenant;
            long stored = store.files(tenant.name()).stream().mapToLong(StoredFile::bytes).sum();
            room = tenant.quota().storedBytes() - stored;
        }

        void part(HttpServerFileUpload part) {
            if (filename != null || !part.name().equals("file")) {
                refuse(ApiError.invalid("file: must be one part, and the only file"));
                return;
            }
            filename = part.filename();
            stream = part;
            part.handler(this::take);
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
            if (bytes > tenant.quota().fileBytes()) {
                refuse(ApiErrors.fileTooLarge(tenant.quota().fileBytes()));
            } else if (bytes > room) {
                refuse(ApiErrors.tooMuchStored(tenant.quota().storedBytes()));
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
                            .whenComplete(
                                    (done, problem) ->
                                            callers.onLoop(
                                                    () -> {
                                                        unwritten--;
                                                        goOn();
                                                    }));
            filled = 0;
        }

        private void goOn() {
            if (stream != null) {
                stream.resume();
            }
        }

        /** Takes in no more. The caller reads the answer once it has sent all. */
        private void refuse(ApiError reason) {
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

        /** The body is no form, or the caller is gone. */
        void broken() {
            refuse(ApiErrors.NO_FORM);
        }

        void end() {
            ended = true;
            if (stream == null) {
                finish();
            }
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
            callers.then(
                    call,
                    file.end()
                            .thenApply(content -> stored(content, keptSeconds))
                            .thenCompose(stored -> store.add(stored).thenApply(done -> stored)),
                    stored -> Replies.json(call, 200, FileObject.of(stored)));
        }

        /** For how many seconds the file is kept. */
        private long check(MultiMap form) {
            String purpose = form.get("purpose");
            if (!StoredFile.INPUT.equals(purpose)) {
                throw new IllegalArgumentException(
                        "purpose: must be %s, was %s"
                                .formatted(
                                        StoredFile.INPUT, purpose == null ? "missing" : purpose));
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
}
