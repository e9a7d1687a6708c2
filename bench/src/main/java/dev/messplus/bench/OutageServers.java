package dev.messplus.bench;

import dev.messplus.bench.stream.ModelServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Three model servers that answer, and replacements for the first that do not. */
final class OutageServers implements AutoCloseable {

    /** What the first of the three servers does. */
    enum ServerState {
        HEALTHY,
        /** Refuses connections. */
        DEAD,
        /** Accepts connections and never answers. */
        HANGING
    }

    private final List<ModelServer> healthy = new ArrayList<>();
    private final ServerSocket hanging;
    private final List<Socket> held = new ArrayList<>();
    private final int deadPort;

    OutageServers(long serviceMillis) throws IOException {
        for (int i = 0; i < 3; i++) {
            healthy.add(new ModelServer(0, serviceMillis));
        }
        hanging = new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress());
        Thread holder = new Thread(this::hold, "hanging-server");
        holder.setDaemon(true);
        holder.start();
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            deadPort = closed.getLocalPort();
        }
    }

    /** The three base URLs, the first one being that of a server in {@code first}. */
    List<String> urls(ServerState first) {
        int port =
                switch (first) {
                    case HEALTHY -> healthy.get(0).port();
                    case DEAD -> deadPort;
                    case HANGING -> hanging.getLocalPort();
                };
        return IntStream.of(port, healthy.get(1).port(), healthy.get(2).port())
                .mapToObj(p -> "http://127.0.0.1:" + p + "/v1")
                .toList();
    }

    /** Closes the connections to the hanging server. */
    void hangUp() throws IOException {
        synchronized (held) {
            for (Socket socket : held) {
                socket.close();
            }
            held.clear();
        }
    }

    private void hold() {
        try {
            while (true) {
                Socket socket = hanging.accept();
                synchronized (held) {
                    held.add(socket);
                }
            }
        } catch (IOException e) {
            if (!hanging.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        hanging.close();
        hangUp();
        healthy.forEach(ModelServer::close);
    }
}
