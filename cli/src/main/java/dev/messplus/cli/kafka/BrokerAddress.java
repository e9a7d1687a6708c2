package dev.messplus.cli.kafka;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.utils.Utils;

/** Where a broker is said to be. */
record BrokerAddress(String host, int port) {

    private static final int CONNECT_MILLIS = 3_000;

    /**
     * The addresses in a list.
     *
     * @param bootstrap as in {@code bootstrap.servers}
     * @throws IllegalArgumentException if one is not of the form {@code HOST:PORT}
     */
    static List<BrokerAddress> all(String bootstrap) {
        return Arrays.stream(bootstrap.split(","))
                .map(String::strip)
                .map(BrokerAddress::of)
                .toList();
    }

    private static BrokerAddress of(String address) {
        String host = Utils.getHost(address);
        Integer port = Utils.getPort(address);
        if (host == null || port == null) {
            throw new IllegalArgumentException(
                    "kafka.bootstrap, --bootstrap: must be like localhost:9092, was " + address);
        }
        return new BrokerAddress(host, port);
    }

    /**
     * Opens a connection and closes it.
     *
     * @throws IOException if nothing accepts one; the message says why
     */
    void connect() throws IOException {
        IOException failure = new UnknownHostException(host);
        for (InetAddress address : addresses()) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(address, port), CONNECT_MILLIS);
                return;
            } catch (IOException e) {
                failure = e;
            }
        }
        throw failure;
    }

    private InetAddress[] addresses() throws IOException {
        try {
            return InetAddress.getAllByName(host);
        } catch (UnknownHostException e) {
            throw new IOException("the host " + host + " is unknown", e);
        }
    }
}
