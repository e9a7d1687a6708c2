package dev.messplus.serve.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.messplus.serve.store.StoredFile;

/** A file as OpenAI's object {@code file}. */
final class FileObject {

    private FileObject() {}

    static ObjectNode of(StoredFile file) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", file.id())
                .put("object", "file")
                .put("bytes", file.bytes())
                .put("created_at", file.createdAtSeconds())
                .put("expires_at", file.expiresAtSeconds())
                .put("filename", file.filename())
                .put("purpose", file.purpose())
                .put("status", "processed");
    }
}
