package dev.messplus.energy.counter;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toUnmodifiableSet;

import dev.messplus.energy.EnergyUnavailableException;
import dev.messplus.energy.counter.PrometheusText.Sample;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The tokens that a model server has processed for all its clients, over all its models and
 * engines, as the server counts them on its page of metrics.
 *
 * <p>vLLM counts tokens while it produces them. The others count a prompt or an answer when it is
 * done, so their counters jump.
 *
 * <p>Prompt tokens that a server took from its cache cost nearly nothing. The prompt tokens of vLLM
 * and SGLang include them, and both count them separately. Those of llama.cpp leave them out. Those
 * of TGI include them, and do not say how many there are.
 *
 * @see <a href="https://docs.vllm.ai/en/latest/usage/metrics.html">vLLM</a>; its pull requests
 *     33290 and 56923 are about tokens from the cache
 * @see <a href="https://github.com/ggml-org/llama.cpp/tree/master/tools/server">llama.cpp</a>
 * @see <a href="https://docs.sglang.io/references/production_metrics.html">SGLang</a>
 * @see <a href="https://huggingface.co/docs/text-generation-inference/reference/metrics">TGI</a>,
 *     whose histograms of tokens per request have sums that serve as counters
 */
final class TokenCounters {

    /**
     * Tokens since the server started.
     *
     * @param prompt from 0 to 2^53
     * @param cached the part of the prompt tokens that came from a cache, from 0 to 2^53; 0 if the
     *     server does not count it
     * @param completion from 0 to 2^53
     * @param process the process that counted them, however the page distinguishes processes;
     *     {@code null} if it does not
     */
    record Tokens(double prompt, double cached, double completion, String process) {}

    /** Up to here doubles count in steps of 1. No server has processed as many tokens. */
    private static final double MAX_TOKENS = 0x1p53;

    /** When the process started. Python's client exports it, unless it serves several processes. */
    private static final String PROCESS_START = "process_start_time_seconds";

    private enum Server {
        VLLM(
                "vLLM",
                "vllm:prompt_tokens_total",
                "vllm:generation_tokens_total",
                // The latter two, of older versions, also count hits of repeated computations.
                "vllm:prompt_tokens_cached_total",
                "vllm:prefix_cache_hits_total",
                "vllm:gpu_prefix_cache_hits_total"),
        LLAMA_CPP("llama.cpp", "llamacpp:prompt_tokens_total", "llamacpp:tokens_predicted_total"),
        SGLANG(
                "SGLang",
                "sglang:prompt_tokens_total",
                "sglang:generation_tokens_total",
                "sglang:cached_tokens_total"),
        TGI("TGI", "tgi_request_input_length_sum", "tgi_request_generated_tokens_sum");

        private final String label;
        private final String prompt;
        private final String completion;

        /** The first that a page has counts. */
        private final List<String> cached;

        Server(String label, String prompt, String completion, String... cached) {
            this.label = label;
            this.prompt = prompt;
            this.completion = completion;
            this.cached = List.of(cached);
        }

        private Stream<String> metrics() {
            return Stream.of(prompt, completion);
        }

        /** When the counter of completions was born, as Python's client exports it. */
        private String birth() {
            return completion.replaceFirst("_(total|sum)$", "_created");
        }

        /** All that {@link #read} looks at. */
        private Set<String> names() {
            return Stream.concat(
                            Stream.of(prompt, completion, birth(), PROCESS_START), cached.stream())
                    .collect(toUnmodifiableSet());
        }

        private boolean isOn(List<Sample> page) {
            return metrics().allMatch(m -> page.stream().anyMatch(row -> row.name().equals(m)));
        }

        private String pair() {
            return prompt + " and " + completion + " (" + label + ")";
        }
    }

    private final PrometheusPage page;
    private final Server server;

    private TokenCounters(PrometheusPage page, Server server) {
        this.page = page;
        this.server = server;
    }

    /**
     * Reads the page once to find out which server this is.
     *
     * @throws EnergyUnavailableException if the page cannot be read, or has no counters of a known
     *     server. A later attempt may succeed: SGLang and TGI have none before their first answer
     */
    static TokenCounters open(PrometheusPage page) throws EnergyUnavailableException {
        Set<String> all =
                Arrays.stream(Server.values())
                        .flatMap(Server::metrics)
                        .collect(toUnmodifiableSet());
        List<Sample> samples = page.samples(all);
        for (Server server : Server.values()) {
            if (server.isOn(samples)) {
                return new TokenCounters(page, server);
            }
        }
        throw new EnergyUnavailableException(
                page.shown()
                        + ": has no known token counters; looked for "
                        + Arrays.stream(Server.values()).map(Server::pair).collect(joining(", "))
                        + ". llama.cpp exports them with --metrics, SGLang with --enable-metrics"
                        + " and after its first answer");
    }

    /** Whether the server counts a token when it is produced, not when the answer is done. */
    boolean countsAsProduced() {
        return server == Server.VLLM;
    }

    /** Name of the server's software, e.g. {@code vLLM}. */
    String server() {
        return server.label;
    }

    /**
     * Reads the counters, summed over all their series.
     *
     * @return figures that rise as long as one process answers. They start at 0 again when the
     *     server restarts, and alternate if a balancer passes the page's requests to several
     *     servers; the caller handles both
     * @throws EnergyUnavailableException if the counters cannot be read now; a later attempt may
     *     succeed
     */
    Tokens read() throws EnergyUnavailableException {
        PrometheusPage.Content content = page.read(server.names());
        List<Sample> samples = content.samples();
        return new Tokens(
                sum(samples, server.prompt),
                cached(samples),
                sum(samples, server.completion),
                content.process() == null ? process(samples) : content.process());
    }

    /**
     * A process by its start, or else by its first counter, since more of them may be born later.
     */
    private String process(List<Sample> samples) {
        for (String metric : List.of(PROCESS_START, server.birth())) {
            OptionalDouble first =
                    series(samples, metric).stream().mapToDouble(Sample::value).min();
            if (first.isPresent()) {
                return metric + " " + first.getAsDouble();
            }
        }
        return null;
    }

    private double cached(List<Sample> samples) throws EnergyUnavailableException {
        for (String metric : server.cached) {
            if (!series(samples, metric).isEmpty()) {
                return sum(samples, metric);
            }
        }
        return 0;
    }

    private double sum(List<Sample> samples, String metric) throws EnergyUnavailableException {
        List<Sample> series = series(samples, metric);
        if (series.isEmpty()) {
            throw new EnergyUnavailableException(
                    "%s: %s is gone; check whether another server now runs there"
                            .formatted(page.shown(), metric));
        }
        double sum = series.stream().mapToDouble(Sample::value).sum();
        if (!(sum >= 0 && sum <= MAX_TOKENS)) {
            throw new EnergyUnavailableException(
                    page.shown() + ": " + metric + " is " + sum + ", which is not a valid count");
        }
        return sum;
    }

    private static List<Sample> series(List<Sample> samples, String metric) {
        return samples.stream().filter(row -> row.name().equals(metric)).toList();
    }
}
