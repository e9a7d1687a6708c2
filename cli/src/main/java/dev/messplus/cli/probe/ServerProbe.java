package dev.messplus.cli.probe;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.http.BoundedBody;
import dev.messplus.infer.config.ModelUrl;
import dev.messplus.job.config.ModelSection;
import dev.messplus.record.Json;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Asks each model server which models it serves: {@code GET <url>/models} with the key of the
 * model. All are asked at the same time, and given seconds.
 *
 * <p>Values of the configuration that still contain a variable are not known on this machine: a
 * model is then left out, or asked without a key.
 */
public final class ServerProbe {

    private static final int MAX_BODY_BYTES = 4 << 20;
    private static final int MAX_LISTED = 10;

    private ServerProbe() {}

    /**
     * What is wrong with the servers of models, in their order.
     *
     * @param section that has them: {@code zoo} or {@code judges}
     */
    public static List<Finding> findings(String section, Map<String, ModelSection> models) {
        List<CompletableFuture<Optional<Finding>>> asked =
                models.entrySet().stream()
                        .flatMap(
                                entry ->
                                        questions(section + "." + entry.getKey(), entry.getValue()))
                        .filter(question -> !question.url().contains(Probes.VARIABLE))
                        .map(Question::ask)
                        .toList();
        return asked.stream().map(CompletableFuture::join).flatMap(Optional::stream).toList();
    }

    private static Stream<Question> questions(String path, ModelSection model) {
        List<String> replicas = model.replicas();
        return Stream.concat(
                Stream.of(new Question(path, model, "url", model.url())),
                IntStream.range(0, replicas.size())
                        .mapToObj(
                                i ->
                                        new Question(
                                                path,
                                                model,
                                                "replicaUrls[" + i + "]",
                                                replicas.get(i))));
    }

    /**
     * The question to a server of one model.
     *
     * @param path of the model in the configuration
     * @param setting the setting that has its address
     */
    private record Question(String path, ModelSection model, String setting, String url) {

        CompletableFuture<Optional<Finding>> ask() {
            try {
                return Probes.client(model.trustStore())
                        .sendAsync(request(), BoundedBody.upTo(MAX_BODY_BYTES))
                        .handle(
                                (answer, failure) ->
                                        failure == null
                                                ? judge(answer)
                                                : Optional.of(unreachable(failure)));
            } catch (IOException e) {
                // The message begins with the name of the setting.
                return CompletableFuture.completedFuture(
                        Optional.of(new Finding(path + "." + e.getMessage(), true)));
            } catch (IllegalArgumentException e) {
                // It begins with url.
                return CompletableFuture.completedFuture(
                        certain(setting, e.getMessage().replaceFirst("^url: ", "")));
            }
        }

        private HttpRequest request() {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(ModelUrl.of(url).models()).timeout(Probes.TIMEOUT);
            if (hasKnownKey()) {
                String header = model.apiKeyHeader();
                request.header(
                        header == null ? "Authorization" : header,
                        header == null ? "Bearer " + model.apiKey() : model.apiKey());
            }
            return request.build();
        }

        private boolean hasKnownKey() {
            return model.apiKey() != null && !model.apiKey().contains(Probes.VARIABLE);
        }

        private Optional<Finding> judge(HttpResponse<BoundedBody> answer) {
            int status = answer.statusCode();
            return switch (status) {
                case 200 -> judge(answer.body());
                case 401, 403 -> refused(status);
                // Not all servers list their models.
                case 404, 405, 501 -> base().endsWith("/v1") ? Optional.empty() : noList(status);
                default ->
                        certain(
                                setting,
                                "%s/models answers with HTTP %d; look at the server's log, it may still be loading"
                                        .formatted(base(), status));
            };
        }

        private Optional<Finding> noList(int status) {
            return uncertain(
                    setting,
                    "%s/models does not exist (HTTP %d); on most servers the url ends in /v1"
                            .formatted(base(), status));
        }

        private Optional<Finding> refused(int status) {
            if (model.apiKey() == null) {
                return certain(
                        "apiKey",
                        "%s asks for a key (HTTP %d); set it as \"${env:NAME}\""
                                .formatted(base(), status));
            }
            return hasKnownKey()
                    ? certain(
                            "apiKey",
                            "%s refuses the key (HTTP %d); check the environment variable"
                                    .formatted(base(), status))
                    : Optional.empty();
        }

        private Optional<Finding> judge(BoundedBody body) {
            List<String> served = new ArrayList<>();
            try {
                JsonNode page = Json.MAPPER.readTree(body.bytes, 0, body.length);
                for (JsonNode entry : page.path("data")) {
                    // It answers with its one model, whatever the name.
                    if (entry.path("owned_by").asText().equals("llamacpp")) {
                        return Optional.empty();
                    }
                    served.add(entry.path("id").asText());
                }
            } catch (IOException e) {
                return Optional.empty();
            }
            // Ollama's names have a tag, which may be left out.
            if (served.isEmpty()
                    || served.contains(model.model())
                    || served.contains(model.model() + ":latest")) {
                return Optional.empty();
            }
            return certain(
                    "model",
                    "%s does not serve %s; it serves %s"
                            .formatted(base(), model.model(), list(served)));
        }

        private static String list(List<String> names) {
            return names.size() <= MAX_LISTED
                    ? String.join(", ", names)
                    : String.join(", ", names.subList(0, MAX_LISTED))
                            + " and %d more".formatted(names.size() - MAX_LISTED);
        }

        private Finding unreachable(Throwable failure) {
            return Probes.unreachable(failure, path, setting, base());
        }

        private String base() {
            return ModelUrl.of(url).base();
        }

        private Optional<Finding> certain(String about, String text) {
            return Optional.of(new Finding(pathOf(about) + text, true));
        }

        private Optional<Finding> uncertain(String about, String text) {
            return Optional.of(new Finding(pathOf(about) + text, false));
        }

        private String pathOf(String about) {
            return path + "." + about + ": ";
        }
    }
}
