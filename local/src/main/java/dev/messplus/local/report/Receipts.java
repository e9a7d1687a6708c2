package dev.messplus.local.report;

import dev.messplus.local.report.Page.Called;
import dev.messplus.local.report.Page.Receipted;
import dev.messplus.record.Candidate;
import dev.messplus.record.Response;
import dev.messplus.report.Figures;
import java.util.ArrayList;
import java.util.List;

/** The requests of a run one by one, as the page shows them. */
final class Receipts {

    private Receipts() {}

    /** Those whose responses have a receipt. */
    static List<Receipted> of(RunReport report) {
        return report.exchanges().stream()
                .filter(exchange -> exchange.response().receipt() != null)
                .map(Receipts::of)
                .toList();
    }

    private static Receipted of(Exchange exchange) {
        Response response = exchange.response();
        ServedRequest served = ServedRequest.of(response);
        return new Receipted(
                response.id(),
                exchange.kind(),
                exchange.prompt(),
                exchange.reference(),
                served.answered() ? served.model() : "none",
                Figures.score(served.score()),
                Figures.joules(served.totalJoules()),
                called(response),
                response.receipt());
    }

    private static List<Called> called(Response response) {
        List<Called> called = new ArrayList<>();
        called.add(
                new Called(
                        response.model(),
                        response.output() == null ? response.error() : response.output(),
                        score(response.score()),
                        joules(response.energyJoules())));
        if (response.candidates() != null) {
            for (Candidate candidate : response.candidates()) {
                if (!candidate.model().equals(response.model())) {
                    called.add(
                            new Called(
                                    candidate.model(),
                                    candidate.output() == null
                                            ? candidate.error()
                                            : candidate.output(),
                                    score(candidate.score()),
                                    joules(candidate.energyJoules())));
                }
            }
        }
        return called;
    }

    private static String score(Double score) {
        return Figures.score(score == null ? Double.NaN : score);
    }

    private static String joules(Double joules) {
        return Figures.joules(joules == null ? Double.NaN : joules);
    }
}
