package dev.messplus.minicluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** Free ports on loopback. */
public final class Ports {

    /** The address that everything in this module listens on. */
    public static final String LOOPBACK = "127.0.0.1";

    /**
     * Below the ports that an operating system gives to outgoing connections (Linux: 32768 and
     * above), so that no connection takes a port that is handed out and not bound, or not bound at
     * the moment because its server restarts.
     */
    private static final int FIRST = 10_000;

    private static final int END = 32_768;

    private static final Set<Integer> HANDED_OUT = ConcurrentHashMap.newKeySet();

    private Ports() {}

    /**
     * A port that is free at the moment. No port is handed out twice in one JVM, and two JVMs try
     * them in different orders.
     */
    public static int free() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, END);
            if (isFree(port) && HANDED_OUT.add(port)) {
                return port;
            }
        }
    }

    /** {@code wanted} if it is free and not 0, otherwise any free port. */
    public static int freeOr(int wanted) {
        if (wanted != 0 && isFree(wanted)) {
            HANDED_OUT.add(wanted);
            return wanted;
        }
        return free();
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
