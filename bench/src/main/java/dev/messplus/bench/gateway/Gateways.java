package dev.messplus.bench.gateway;

import dev.messplus.cli.cluster.ChildProcess;
import dev.messplus.minicluster.Ports;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Starts the gateways that people use, if this machine can run them. */
public final class Gateways {

    /** Portkey's gateway on npm, the version that was measured. */
    public static final String PORTKEY = "@portkey-ai/gateway@1.15.2";

    private static final long INSTALL_MINUTES = 3;

    private Gateways() {}

    /**
     * Portkey's gateway, installed by npm into {@code folder}.
     *
     * @param server base URL of the model server
     * @return empty without npm, or if the package cannot be had
     */
    public static Optional<Gateway> portkey(Path folder, String server)
            throws IOException, InterruptedException {
        if (!isOnPath("npm") || !installed(folder)) {
            return Optional.empty();
        }
        int port = Ports.free();
        String target =
                """
                {"provider":"openai","api_key":"none","custom_host":"%s","weight":0.5,\
                "override_params":{"model":"%s"}}""";
        return Optional.of(
                new Gateway(
                        ChildProcess.start(
                                "portkey",
                                folder,
                                List.of(
                                        "node",
                                        folder.resolve(
                                                        "node_modules/@portkey-ai/gateway/build/start-server.js")
                                                .toString(),
                                        "--headless",
                                        "--port=" + port)),
                        "http://" + Ports.LOOPBACK + ":" + port + "/v1",
                        Map.of(
                                "x-portkey-config",
                                "{\"strategy\":{\"mode\":\"loadbalance\"},\"targets\":["
                                        + target.formatted(server, "a")
                                        + ","
                                        + target.formatted(server, "b")
                                        + "]}")));
    }

    /**
     * nginx as a proxy that knows nothing of prompts, with one worker and an even split.
     *
     * @param server base URL of the model server
     * @return empty if nginx is not installed
     */
    public static Optional<Gateway> nginx(Path folder, String server)
            throws IOException, InterruptedException {
        if (!isOnPath("nginx")) {
            return Optional.empty();
        }
        int port = Ports.free();
        Path conf = folder.resolve("nginx.conf");
        Files.writeString(
                conf,
                """
                daemon off; master_process off; pid %1$s/nginx.pid; error_log %1$s/nginx.err;
                events { worker_connections 20000; }
                http {
                  access_log off; keepalive_requests 1000000000;
                  client_body_temp_path %1$s/body; proxy_temp_path %1$s/proxy;
                  fastcgi_temp_path %1$s/f; uwsgi_temp_path %1$s/u; scgi_temp_path %1$s/s;
                  upstream a { server %2$s; keepalive 4096; keepalive_requests 1000000000; }
                  upstream b { server %2$s; keepalive 4096; keepalive_requests 1000000000; }
                  split_clients $request_id $model { 50%% a; * b; }
                  server {
                    listen %3$s:%4$d backlog=8192;
                    location / { proxy_pass http://$model; proxy_http_version 1.1;
                                 proxy_set_header Connection ""; }
                  }
                }
                """
                        .formatted(
                                folder, URI.create(server).getAuthority(), Ports.LOOPBACK, port));
        return Optional.of(
                new Gateway(
                        ChildProcess.start(
                                "nginx",
                                folder,
                                List.of("nginx", "-p", folder.toString(), "-c", conf.toString())),
                        "http://" + Ports.LOOPBACK + ":" + port + "/v1",
                        Map.of()));
    }

    private static boolean isOnPath(String command) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
    }

    private static boolean installed(Path folder) throws IOException, InterruptedException {
        Process npm =
                new ProcessBuilder(
                                "npm",
                                "install",
                                "--no-audit",
                                "--no-fund",
                                "--ignore-scripts",
                                "--prefix",
                                folder.toString(),
                                PORTKEY)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("npm.out").toFile())
                        .start();
        if (!npm.waitFor(INSTALL_MINUTES, TimeUnit.MINUTES)) {
            npm.destroyForcibly();
        }
        return npm.waitFor() == 0;
    }
}
