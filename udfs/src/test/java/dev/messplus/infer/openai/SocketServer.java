package dev.messplus.infer.openai;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A model server that counts its connections. */
final class SocketServer implements AutoCloseable {

    private static final String COMPLETION = "{\"choices\":[{\"message\":{\"content\":\"x\"}}]}";

    private static final String REPLY =
            "HTTP/1.1 200 OK\r\nContent-Length: " + COMPLETION.length() + "\r\n\r\n" + COMPLETION;

    final AtomicInteger opened = new AtomicInteger();
    final AtomicInteger requests = new AtomicInteger();
    final AtomicInteger hungUp = new AtomicInteger();

    private final ServerSocket server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final boolean endsConnections;
    private final int replies;
    private final String lastReply;

    /** Answers all calls. */
    SocketServer() throws IOException {
        this(false, Integer.MAX_VALUE, "");
    }

    /** Ends each connection after an answer, without having said so. */
    static SocketServer endingConnections() throws IOException {
        return new SocketServer(true, Integer.MAX_VALUE, "");
    }

    /** Answers as many calls, and later ones with the beginning of a reply alone. */
    static SocketServer hangingAfter(int replies, String beginning) throws IOException {
        return new SocketServer(false, replies, beginning);
    }

    private SocketServer(boolean endsConnections, int replies, String lastReply)
            throws IOException {
        this.endsConnections = endsConnections;
        this.replies = replies;
        this.lastReply = lastReply;
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        threads.submit(
                () -> {
                    while (true) {
                        Socket socket = server.accept();
                        opened.incrementAndGet();
                        threads.submit(() -> serve(socket));
                    }
                });
    }

    String base() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    private Void serve(Socket socket) throws IOException {
        try (socket;
                BufferedReader in =
                        new BufferedReader(
                                new InputStreamReader(socket.getInputStream(), US_ASCII))) {
            OutputStream out = socket.getOutputStream();
            while (readRequest(in)) {
                boolean answers = requests.incrementAndGet() <= replies;
                out.write((answers ? REPLY : lastReply).getBytes(US_ASCII));
                if (endsConnections) {
                    socket.shutdownOutput();
                }
            }
            return null;
        } finally {
            // Also of one that was reset.
            hungUp.incrementAndGet();
        }
    }

    /** Whether there was a request, and not the end of the connection. */
    private static boolean readRequest(BufferedReader in) throws IOException {
        int bodyLength = 0;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.toLowerCase().startsWith("content-length:")) {
                bodyLength = Integer.parseInt(line.substring(15).strip());
            } else if (line.isEmpty()) {
                return in.skip(bodyLength) == bodyLength;
            }
        }
        return false;
    }

    @Override
    public void close() throws IOException {
        server.close();
        threads.shutdownNow();
    }
}
