package dev.messplus.serve.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.messplus.batch.BatchFigures;
import dev.messplus.serve.store.BatchOrder;
import dev.messplus.serve.store.BatchState;
import dev.messplus.serve.store.BatchStatus;
import dev.messplus.serve.store.StoredBatch;
import java.util.Map;

/**
 * A batch as OpenAI's object {@code batch}. The object {@code mess} has what OpenAI's API does not:
 * joules and score.
 */
final class BatchObject {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private BatchObject() {}

    static ObjectNode of(StoredBatch batch) {
        BatchOrder order = batch.order();
        BatchState state = batch.state();
        ObjectNode object =
                NODES.objectNode()
                        .put("id", batch.id())
                        .put("object", "batch")
                        .put("endpoint", BatchesRoute.ENDPOINT)
                        .put("input_file_id", order.inputFileId())
                        .put("completion_window", order.completionWindow())
                        .put("status", batch.status().text())
                        .put("output_file_id", state.outputFileId())
                        .put("error_file_id", state.errorFileId())
                        .put("created_at", order.createdAtSeconds())
                        .put("expires_at", order.expiresAtSeconds());
        for (BatchStatus status : BatchStatus.values()) {
            if (status != BatchStatus.VALIDATING) {
                object.put(status.text() + "_at", time(batch, status));
            }
        }
        object.set("errors", errors(state.problem()));
        BatchFigures figures = state.figures();
        object.putObject("request_counts")
                .put("total", state.lines())
                .put("completed", figures == null ? 0 : figures.answered())
                .put("failed", figures == null ? 0 : figures.errors());
        object.set("metadata", metadata(order.metadata()));
        if (figures != null) {
            object.set("mess", mess(figures));
        }
        return object;
    }

    private static Long time(StoredBatch batch, BatchStatus status) {
        return status == BatchStatus.CANCELLING
                ? batch.cancelledAtSeconds()
                : batch.state().atSeconds().get(status);
    }

    private static JsonNode errors(BatchState.Problem problem) {
        if (problem == null) {
            return NODES.nullNode();
        }
        ObjectNode errors = NODES.objectNode().put("object", "list");
        errors.putArray("data")
                .addObject()
                .put("code", problem.code())
                .put("message", problem.message())
                .put("param", problem.param())
                .putNull("line");
        return errors;
    }

    private static JsonNode metadata(Map<String, String> metadata) {
        if (metadata == null) {
            return NODES.nullNode();
        }
        ObjectNode object = NODES.objectNode();
        metadata.forEach(object::put);
        return object;
    }

    private static ObjectNode mess(BatchFigures figures) {
        ObjectNode mess = NODES.objectNode();
        if (figures.scored() > 0) {
            mess.put("score", figures.meanScore()).put("scored", figures.scored());
        }
        return mess.put("energy_joules", figures.joules())
                .put("energy_estimated", figures.estimated());
    }
}
