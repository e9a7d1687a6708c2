package dev.messplus.infer.conformance;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A model server that somebody has started. */
final class RealServer {

    /** What serves the model. */
    enum Kind {
        LLAMA_CPP("llamacpp:requests_processing", "llamacpp:requests_deferred"),
        VLLM("vllm:num_requests_running", "vllm:num_requests_waiting"),
        OTHER(null, null);

        /** Metrics of the server's page: calls that it works on, and calls in its queue. */
        private final String running;

        private final String waiting;

        Kind(String running, String waiting) {
            this.running = running;
            this.waiting = waiting;
        }
    }

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    final String model;
    final String url;
    final Kind kind;
    private long pid;

    private RealServer(String model, String url, Kind kind, long pid) {
        this.model = model;
        this.url = url;
        this.kind = kind;
        this.pid = pid;
    }

    /**
     * Servers from a list such as {@code small=http://127.0.0.1:8001/v1=llama_cpp=4711}: model,
     * address, kind, and the id of the process if it is on this machine and may be killed.
     */
    static List<RealServer> parse(String list) {
        return Stream.of(list.split("[,\\s]+"))
                .filter(one -> !one.isEmpty())
                .map(
                        one -> {
                            String[] parts = one.split("=");
                            if (parts.length < 3 || parts.length > 4) {
                                throw new IllegalArgumentException(
                                        one + ": must be model=url=kind or model=url=kind=pid");
                            }
                            Kind kind = Kind.valueOf(parts[2].toUpperCase(java.util.Locale.ROOT));
                            long pid = parts.length == 4 ? Long.parseLong(parts[3]) : 0;
                            return new RealServer(parts[0], parts[1], kind, pid);
                        })
                .toList();
    }

    /** Whether its process may be paused and killed. */
    boolean isOwn() {
        return pid > 0;
    }

    /** Calls that it works on now, by its own metrics. */
    double running() throws Exception {
        return metric(kind.running);
    }

    /** Calls that wait in its queue now, by its own metrics. */
    double waiting() throws Exception {
        return metric(kind.waiting);
    }

    /** Whether it has metrics of its own. */
    boolean hasMetrics() {
        return kind.running != null;
    }

    private double metric(String name) throws Exception {
        return get("/metrics")
                .lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    /** What it says of its version; empty if nothing. */
    String version() throws Exception {
        String page = get(kind == Kind.VLLM ? "/version" : "/props");
        return page.replaceAll("(?s).*\"(?:build_info|version)\"\\s*:\\s*\"([^\"]*)\".*", "$1");
    }

    private String get(String path) throws Exception {
        URI page = URI.create(url.replaceAll("/v1/?$", "") + path);
        HttpRequest request = HttpRequest.newBuilder(page).timeout(TIMEOUT).build();
        return HTTP.send(request, BodyHandlers.ofString()).body();
    }

    void pause() throws Exception {
        signal("STOP");
    }

    void resume() throws Exception {
        signal("CONT");
    }

    /**
     * Kills the process, and returns what starts it again. vLLM computes in processes of its own,
     * which would outlive it: they are killed as well.
     */
    ProcessBuilder kill() throws Exception {
        String[] command =
                new String(
                                Files.readAllBytes(Path.of("/proc/" + pid + "/cmdline")),
                                StandardCharsets.UTF_8)
                        .split("\0");
        List<ProcessHandle> parts = ProcessHandle.of(pid).orElseThrow().descendants().toList();
        signal("KILL");
        for (ProcessHandle part : parts) {
            part.destroyForcibly();
        }
        return new ProcessBuilder(Arrays.asList(command))
                .redirectErrorStream(true)
                .redirectOutput(File.createTempFile(model, ".log"));
    }

    /** Starts the process that was killed, until this JVM ends: nobody else knows its id. */
    void start(ProcessBuilder command) throws IOException {
        Process started = command.start();
        Runtime.getRuntime().addShutdownHook(new Thread(started::destroy));
        pid = started.pid();
    }

    private void signal(String name) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(pid)).start();
        if (!kill.waitFor(30, TimeUnit.SECONDS) || kill.exitValue() != 0) {
            throw new IOException("cannot send " + name + " to " + pid);
        }
    }

    @Override
    public String toString() {
        return model + " on " + kind.name().toLowerCase(java.util.Locale.ROOT);
    }
}
