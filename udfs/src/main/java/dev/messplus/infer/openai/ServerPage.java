package dev.messplus.infer.openai;

import java.util.List;
import java.util.Optional;

/**
 * What an inference server's page of metrics (in Prometheus' text format) says of its calls, from
 * all its clients.
 *
 * @param waiting calls in its queue
 * @param running calls that it works on; 0 if the page does not say
 */
public record ServerPage(int waiting, int running) {

    /** Metrics of one kind of server. */
    private record Names(String waiting, String running) {}

    private static final List<Names> SERVERS =
            List.of(
                    new Names("vllm:num_requests_waiting", "vllm:num_requests_running"),
                    new Names("llamacpp:requests_deferred", "llamacpp:requests_processing"),
                    new Names("sglang:num_queue_reqs", "sglang:num_running_reqs"),
                    new Names("tgi_queue_size", "tgi_batch_current_size"));

    /** Reads a page; empty if it is not one of a known server that tells its queue. */
    public static Optional<ServerPage> parse(String page) {
        return SERVERS.stream()
                .filter(server -> sum(page, server.waiting) >= 0)
                .findFirst()
                .map(
                        server ->
                                new ServerPage(
                                        sum(page, server.waiting),
                                        Math.max(0, sum(page, server.running))));
    }

    /**
     * Sum of a metric over its label sets, such as the engines of one server; -1 if it has none.
     */
    private static int sum(String page, String metric) {
        return (int)
                page.lines()
                        .filter(line -> line.startsWith(metric))
                        .map(line -> line.substring(metric.length()))
                        .filter(rest -> rest.startsWith("{") || rest.startsWith(" "))
                        .mapToDouble(ServerPage::value)
                        .filter(Double::isFinite)
                        .reduce(Double::sum)
                        .orElse(-1);
    }

    /** The value after the labels, before a timestamp if there is one; NaN if there is none. */
    private static double value(String rest) {
        String value = rest.substring(rest.lastIndexOf('}') + 1).strip().split(" ", 2)[0];
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }
}
