package dev.messplus.serve.http;

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

    /**
     * How long a page is.
     *
     * @param most largest {@code limit}
     * @param byDefault {@code limit} if the call has none
     */
    record Size(int most, int byDefault) {}

    private Listing() {}

    /**
     * Answers with a page.
     *
     * @param newestFirst all that there is, the newest first
     */
    static <T> void send(
            RoutingContext call,
            List<T> newestFirst,
            Function<T, String> id,
            Function<T, ObjectNode> object,
            Size size) {
        int limit;
        String order = call.queryParams().get("order");
        try {
            String text = call.queryParams().get("limit");
            limit = text == null ? size.byDefault() : Integer.parseInt(text);
        } catch (NumberFormatException e) {
            limit = 0;
        }
        if (limit < 1 || limit > size.most()) {
            Replies.error(
                    call,
                    ApiError.invalid(
                            "limit: must be 1 to %d, was %s"
                                    .formatted(size.most(), call.queryParams().get("limit"))));
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
        int from = behind(all, id, call.queryParams().get("after"));
        int to = Math.min(from + limit, all.size());
        ObjectNode page = JsonNodeFactory.instance.objectNode().put("object", "list");
        ArrayNode data = page.putArray("data");
        all.subList(from, to).forEach(each -> data.add(object.apply(each)));
        Replies.json(
                call,
                200,
                page.put("first_id", from < to ? id.apply(all.get(from)) : null)
                        .put("last_id", from < to ? id.apply(all.get(to - 1)) : null)
                        .put("has_more", to < all.size()));
    }

    /** The place behind the object with an id; behind all if it is deleted meanwhile. */
    private static <T> int behind(List<T> all, Function<T, String> id, String after) {
        if (after == null) {
            return 0;
        }
        for (int i = 0; i < all.size(); i++) {
            if (id.apply(all.get(i)).equals(after)) {
                return i + 1;
            }
        }
        return all.size();
    }
}
