package dev.messplus.local.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Free ports on loopback. */
public final class Ports {

    /** The address that everything in this module listens on. */
    public static final String LOOPBACK = "127.0.0.1";

    /** The kernel may offer a port again that was handed out and is not bound yet. */
    private static final Set<Integer> HANDED_OUT = ConcurrentHashMap.newKeySet();

    private Ports() {}

    /** A port that is free at the moment. No port is handed out twice in one JVM. */
    public static int free() throws IOException {
        while (true) {
            try (ServerSocket socket = bind(0)) {
                if (HANDED_OUT.add(socket.getLocalPort())) {
                    return socket.getLocalPort();
                }
            }
        }
    }

    /** {@code wanted} if it is free, otherwise any free port. */
    public static int freeOr(int wanted) throws IOException {
        try (ServerSocket socket = bind(wanted)) {
            HANDED_OUT.add(socket.getLocalPort());
            return socket.getLocalPort();
        } catch (IOException taken) {
            return free();
        }
    }

    private static ServerSocket bind(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return socket;
    }
}
