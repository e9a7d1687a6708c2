package dev.messplus.job.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The resources that files or {@code kustomize} describe, in YAML. */
record Manifests(List<JsonNode> all) {

    static final Path FOLDER = ComposeFile.ROOT.resolve("flink-conf/kubernetes");

    private static final YAMLMapper YAML = new YAMLMapper();

    /** Those that are applied on their own, each for a reason. */
    private static final List<String> ON_THEIR_OWN = List.of("state-volume.yaml", "savepoint.yaml");

    /** The files that {@code kustomization.yaml} lists, and those beside them. */
    static Manifests shipped() throws IOException {
        List<JsonNode> all = new ArrayList<>();
        for (JsonNode file : yaml("kustomization.yaml").path("resources")) {
            all.addAll(parse(Files.readString(FOLDER.resolve(file.asText()))).all());
        }
        for (String file : ON_THEIR_OWN) {
            all.addAll(parse(Files.readString(FOLDER.resolve(file))).all());
        }
        return new Manifests(all);
    }

    static Manifests parse(String yaml) throws IOException {
        try (MappingIterator<JsonNode> documents =
                YAML.readerFor(JsonNode.class).readValues(yaml)) {
            return new Manifests(documents.readAll());
        }
    }

    static JsonNode yaml(String file) throws IOException {
        return YAML.readTree(Files.readString(FOLDER.resolve(file)));
    }

    /** The only manifest of a kind. */
    JsonNode only(String kind) {
        List<JsonNode> found =
                all.stream()
                        .filter(manifest -> manifest.path("kind").asText().equals(kind))
                        .toList();
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " manifests are of kind " + kind);
        }
        return found.get(0);
    }
}
