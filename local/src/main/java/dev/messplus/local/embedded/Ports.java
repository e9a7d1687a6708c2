package dev.messplus.local.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Free ports on loopback. */
public final class Ports {

    /** The address that everything in this module listens on. */
    public static final String LOOPBACK = "127.0.0.1";

    private Ports() {}

    /** A port that is free at the moment. */
    public static int free() throws IOException {
        try (ServerSocket socket = bind(0)) {
            return socket.getLocalPort();
        }
    }

    /** {@code wanted} if it is free, otherwise any free port. */
    public static int freeOr(int wanted) throws IOException {
        try (ServerSocket socket = bind(wanted)) {
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
