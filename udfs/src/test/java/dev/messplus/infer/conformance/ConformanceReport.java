package dev.messplus.infer.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/** Writes target/conformance.md: a row for each behaviour, and a column for each server. */
final class ConformanceReport implements TestWatcher {

    private static final Path FILE = Path.of("target/conformance.md");

    private static final Map<String, Map<String, String>> BEHAVIOURS = new LinkedHashMap<>();

    @Override
    public void testSuccessful(ExtensionContext test) {
        add(test, "yes");
    }

    @Override
    public void testFailed(ExtensionContext test, Throwable cause) {
        add(test, "**no**");
    }

    @Override
    public void testAborted(ExtensionContext test, Throwable cause) {
        add(test, cause.getMessage().replace("Assumption failed: ", ""));
    }

    @Override
    public void testDisabled(ExtensionContext test, Optional<String> reason) {
        add(test, "not run");
    }

    private static synchronized void add(ExtensionContext test, String result) {
        String server =
                test.getParent().orElseThrow().getDisplayName().replaceAll("^\\[\\d+] ", "");
        BEHAVIOURS
                .computeIfAbsent(test.getDisplayName(), name -> new TreeMap<>())
                .put(server, result);
        try {
            Files.writeString(FILE, table());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String table() {
        var servers = new TreeMap<String, String>();
        BEHAVIOURS.values().forEach(servers::putAll);
        StringBuilder table = new StringBuilder("| behaviour |");
        servers.keySet().forEach(server -> table.append(' ').append(server).append(" |"));
        table.append("\n|---|").append("---|".repeat(servers.size())).append('\n');
        BEHAVIOURS.forEach(
                (behaviour, results) -> {
                    table.append("| ").append(behaviour).append(" |");
                    servers.keySet()
                            .forEach(
                                    server ->
                                            table.append(' ')
                                                    .append(results.getOrDefault(server, ""))
                                                    .append(" |"));
                    table.append('\n');
                });
        return table.toString();
    }
}
