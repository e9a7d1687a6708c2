package dev.messplus.serve.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.messplus.batch.chat.ApiError;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/** Pages of lists, as OpenAI's API has them: {@code limit}, {@code after} and {@code order}. */
final class Listing {

    private Listing() {}

    /**
     * Answers with a page.
     *
     * @param newestFirst all that there is, the newest first
     * @param mostOnAPage largest {@code limit}
     * @param byDefault {@code limit} if the call has none
     */
    static <T> void send(
            RoutingContext call,
            List<T> newestFirst,
            Function<T, ObjectNode> object,
            int mostOnAPage,
            int byDefault) {
        int limit;
        String order = call.queryParams().get("order");
        try {
            String text = call.queryParams().get("limit");
            limit = text == null ? byDefault : Integer.parseInt(text);
        } catch (NumberFormatException e) {
            limit = 0;
        }
        if (limit < 1 || limit > mostOnAPage) {
            Replies.error(
                    call,
                    ApiError.invalid(
                            "limit: must be 1 to %d, was %s"
                                    .formatted(mostOnAPage, call.queryParams().get("limit"))));
            return;
        }
        if (order != null && !order.equals("asc") && !order.equals("desc")) {
            Replies.error(call, ApiError.invalid("order: must be asc or desc, was " + order));
            return;
        }
        List<T> all = new ArrayList<>(newestFirst);
        if ("asc".equals(order)) {
            Collections.reverse(all);
        }
        List<ObjectNode> objects = all.stream().map(object).toList();
        Replies.json(call, 200, page(objects, call.queryParams().get("after"), limit));
    }

    private static ObjectNode page(List<ObjectNode> objects, String after, int limit) {
        List<String> ids = objects.stream().map(Listing::id).toList();
        // Behind an object that is deleted meanwhile there is nothing.
        int from = after == null ? 0 : ids.contains(after) ? ids.indexOf(after) + 1 : ids.size();
        int to = Math.min(from + limit, ids.size());
        ObjectNode page = JsonNodeFactory.instance.objectNode().put("object", "list");
        ArrayNode data = page.putArray("data");
        objects.subList(from, to).forEach(data::add);
        return page.put("first_id", from < to ? ids.get(from) : null)
                .put("last_id", from < to ? ids.get(to - 1) : null)
                .put("has_more", to < ids.size());
    }

    private static String id(JsonNode object) {
        return object.get("id").asText();
    }
}
