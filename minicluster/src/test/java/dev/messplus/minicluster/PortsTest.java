package dev.messplus.minicluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PortsTest {

    /** Linux gives ports from 32768 on to outgoing connections. */
    @Test
    void noOutgoingConnectionTakesAPortThatIsHandedOut() {
        List<Integer> ports = Stream.generate(Ports::free).limit(1_000).toList();
        assertThat(ports).doesNotHaveDuplicates().allMatch(port -> port >= 1_024 && port < 32_768);
    }

    @Test
    void aPortThatIsWantedIsTakenIfItIsFree() throws Exception {
        int free = Ports.free();
        assertThat(Ports.freeOr(free)).isEqualTo(free);
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(Ports.freeOr(taken.getLocalPort())).isNotIn(0, taken.getLocalPort());
        }
        assertThat(Ports.freeOr(0)).isPositive();
    }
}
