package dev.messplus.cli.probe;

import dev.messplus.http.BoundedBody;
import dev.messplus.score.ScorerConfig;
import dev.messplus.score.http.HttpScorer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Asks whether the services that score answers can be reached: {@code GET <url>}, without a key.
 * Whatever status one answers with is good enough: it only has to understand POST. All are asked at
 * the same time, and given seconds.
 */
public final class ScorerProbe {

    private static final int MAX_BODY_BYTES = 65_536;

    private ScorerProbe() {}

    /** What is wrong with the services of scorers, in their order. */
    public static List<Finding> findings(Map<String, ScorerConfig> scorers) {
        List<CompletableFuture<Optional<Finding>>> asked =
                scorers.entrySet().stream()
                        .filter(entry -> entry.getValue() instanceof HttpScorer.Config)
                        .map(
                                entry ->
                                        ask(
                                                "scorers." + entry.getKey(),
                                                (HttpScorer.Config) entry.getValue()))
                        .toList();
        return asked.stream().map(CompletableFuture::join).flatMap(Optional::stream).toList();
    }

    private static CompletableFuture<Optional<Finding>> ask(
            String path, HttpScorer.Config service) {
        String url = service.url();
        if (url.contains(Probes.VARIABLE)) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        try {
            HttpRequest get =
                    HttpRequest.newBuilder(URI.create(url)).timeout(Probes.TIMEOUT).build();
            return Probes.client(service.trustStore())
                    .sendAsync(get, BoundedBody.upTo(MAX_BODY_BYTES))
                    .handle(
                            (answer, failure) ->
                                    failure == null
                                            ? Optional.empty()
                                            : Optional.of(
                                                    Probes.unreachable(failure, path, "url", url)));
        } catch (IOException e) {
            // The message begins with the name of the setting.
            return CompletableFuture.completedFuture(
                    Optional.of(new Finding(path + "." + e.getMessage(), true)));
        }
    }
}
