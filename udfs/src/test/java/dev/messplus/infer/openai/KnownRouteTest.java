package dev.messplus.infer.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.junit.jupiter.api.Test;

class KnownRouteTest {

    private static final HttpHost HOST = new HttpHost("https", "models.example", 8443);

    private final AtomicInteger asked = new AtomicInteger();

    @Test
    void leadsThroughTheProxyThatIsAskedForOnce() throws HttpException {
        KnownRoute known =
                new KnownRoute(
                        selector(
                                new Proxy(
                                        Proxy.Type.HTTP,
                                        InetSocketAddress.createUnresolved(
                                                "proxy.example", 3128))));

        HttpRoute first = known.determineRoute(HOST, HttpCoreContext.create());
        HttpRoute second = known.determineRoute(HOST, HttpCoreContext.create());

        assertThat(first.getProxyHost()).isEqualTo(new HttpHost("proxy.example", 3128));
        assertThat(first.getTargetHost()).isEqualTo(HOST);
        assertThat(first.isTunnelled()).isTrue();
        assertThat(second).isSameAs(first);
        assertThat(asked).hasValue(1);
    }

    @Test
    void isDirectWithoutAProxy() throws HttpException {
        HttpRoute route =
                new KnownRoute(selector(Proxy.NO_PROXY))
                        .determineRoute(HOST, HttpCoreContext.create());

        assertThat(route.getProxyHost()).isNull();
        assertThat(route.isSecure()).isTrue();
    }

    private ProxySelector selector(Proxy proxy) {
        return new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                asked.incrementAndGet();
                return List.of(proxy);
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException failure) {}
        };
    }
}
