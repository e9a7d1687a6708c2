package dev.messplus.local.report;

import dev.messplus.local.report.Page.Receipted;
import dev.messplus.record.Response;
import dev.messplus.report.Figures;
import java.util.ArrayList;
import java.util.List;

/**
 * The requests of a run one by one, as the page shows them. A long run shows those without an
 * answer, and an even sample of the others, or its page would be too large to open.
 */
final class Receipts {

    private Receipts() {}

    /** Most requests of a page: some 3 MB. */
    private static final int MOST = 2_000;

    /** Those whose responses have a receipt. */
    static List<Receipted> of(RunReport report) {
        List<Exchange> all =
                report.exchanges().stream()
                        .filter(exchange -> exchange.response().decision().receipt() != null)
                        .toList();
        List<Receipted> shown = new ArrayList<>();
        int step = Math.max(1, (all.size() + MOST - 1) / MOST);
        for (int i = 0; i < all.size(); i++) {
            boolean failed = !all.get(i).response().isAnswered();
            if (i % step == 0 || failed && shown.size() < 2 * MOST) {
                shown.add(of(all.get(i)));
            }
        }
        return shown;
    }

    private static Receipted of(Exchange exchange) {
        Response response = exchange.response();
        ServedRequest served = ServedRequest.of(response);
        return PageReceiptedBuilder.builder()
                .id(response.id())
                .kind(exchange.kind())
                .prompt(exchange.prompt())
                .reference(exchange.reference())
                .model(served.answered() ? served.model() : "none")
                .score(Figures.score(served.score()))
                .joules(Figures.joules(served.totalJoules()))
                .called(called(response))
                .sheet(ReceiptSheet.of(response).orElseThrow())
                .build();
    }

    /** Number of models that were called. */
    private static int called(Response response) {
        return response.candidates() == null ? 1 : response.candidates().size();
    }
}
