package dev.messplus.job.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Refuses sources {@code process} that name no server or several, that count a server's energy
 * twice, or the energy of one server in two ways.
 */
final class ServerRules {

    private static final String PROCESS = "process";

    private static final String RAPL = "rapl";

    /** What names a server. */
    private static final List<String> SERVER_FIELDS = List.of("port", "pid", "cgroup");

    /** What all models of a server must agree on. */
    private static final List<String> COMMON_FIELDS = List.of("wattsPerCore", "root");

    private final List<String> errors;

    /** The path and the fields of the first source of each server. */
    private final Map<String, Map.Entry<String, JsonNode>> servers = new HashMap<>();

    private ServerRules(List<String> errors) {
        this.errors = errors;
    }

    /** Checks the file itself, before its defaults are filled in. */
    static void check(JsonNode tree, List<String> errors) {
        ServerRules rules = new ServerRules(errors);
        for (String section : List.of("zoo", "judges")) {
            for (Map.Entry<String, JsonNode> model : tree.path(section).properties()) {
                rules.checkModel(
                        section + "." + model.getKey() + ".energy", model.getValue().get("energy"));
            }
        }
    }

    private void checkModel(String path, JsonNode energy) {
        List<String> names = new ArrayList<>();
        JsonNode sources = energy.path("sources");
        for (int i = 0; i < sources.size(); i++) {
            checkSource(path + ".sources[" + i + "]", sources.get(i));
            names.add(name(sources.get(i)));
        }
        if (names.contains(PROCESS) && names.contains(RAPL)) {
            errors.add(
                    path + ".sources: rapl counts what process has a share of; remove one of them");
        }
        if (sources.isMissingNode()) {
            checkSource(path, energy);
        }
    }

    private void checkSource(String path, JsonNode source) {
        if (!name(source).equals(PROCESS)) {
            return;
        }
        List<String> given = SERVER_FIELDS.stream().filter(source::has).toList();
        if (given.size() != 1) {
            errors.add(
                    "%s: source process needs one of %s, to know the server; it has %s"
                            .formatted(
                                    path,
                                    String.join(", ", SERVER_FIELDS),
                                    given.isEmpty() ? "none" : String.join(", ", given)));
            return;
        }
        Map.Entry<String, JsonNode> first =
                servers.putIfAbsent(
                        given.get(0) + " " + source.get(given.get(0)), Map.entry(path, source));
        for (String field : COMMON_FIELDS) {
            if (first != null && !source.path(field).equals(first.getValue().path(field))) {
                errors.add(
                        "%s.%s: must be the same as in %s, because it is the same server"
                                .formatted(path, field, first.getKey()));
            }
        }
    }

    private static String name(JsonNode source) {
        return source.path(EnergySourceNames.NAME).asText();
    }
}
