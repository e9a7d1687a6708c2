package dev.messplus.local.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.messplus.record.Json;
import dev.messplus.record.Response;
import dev.messplus.report.Figures;
import java.util.ArrayList;
import java.util.List;

/**
 * The requests of a run one by one, as the page shows them. A long run shows those without an
 * answer, and an even sample of the others, or its page would be too large to open.
 */
final class ShownRequests {

    private ShownRequests() {}

    /** Makes a page of some 3 MB. */
    private static final int MAX_SHOWN = 2_000;

    /** Those whose responses have a receipt. */
    static List<ObjectNode> of(RunReport report) {
        List<Exchange> all =
                report.exchanges().stream()
                        .filter(exchange -> exchange.response().decision().receipt() != null)
                        .toList();
        List<ObjectNode> shown = new ArrayList<>();
        int step = Math.max(1, (all.size() + MAX_SHOWN - 1) / MAX_SHOWN);
        for (int i = 0; i < all.size(); i++) {
            boolean failed = !all.get(i).response().isAnswered();
            if (i % step == 0 || failed && shown.size() < 2 * MAX_SHOWN) {
                shown.add(of(all.get(i)));
            }
        }
        return shown;
    }

    private static ObjectNode of(Exchange exchange) {
        Response response = exchange.response();
        ServedRequest served = ServedRequest.of(response);
        return Json.MAPPER
                .createObjectNode()
                .put("id", response.id())
                .put("kind", exchange.kind())
                .put("prompt", exchange.prompt())
                .put("reference", exchange.reference())
                .put("model", served.answered() ? served.model() : "none")
                .put("score", Figures.score(served.score()))
                .put("joules", Figures.joules(served.totalJoules()))
                .put("called", called(response))
                .putPOJO("sheet", ReceiptSheet.of(response).orElseThrow());
    }

    private static int called(Response response) {
        return response.candidates() == null ? 1 : response.candidates().size();
    }
}
