package dev.messplus.infer.openai;

import java.net.ProxySelector;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.impl.routing.SystemDefaultRoutePlanner;
import org.apache.hc.client5.http.routing.HttpRoutePlanner;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.protocol.HttpContext;

/**
 * The route to the one host that a client calls, through the JVM's proxy if it has one. It is found
 * once: asking the JVM for its proxy takes as long as writing a request.
 */
final class KnownRoute implements HttpRoutePlanner {

    private final HttpRoutePlanner planner;
    private volatile HttpRoute route;

    /** A route that {@code proxies} is asked for before the first call. */
    KnownRoute(ProxySelector proxies) {
        planner = new SystemDefaultRoutePlanner(proxies);
    }

    @Override
    public HttpRoute determineRoute(HttpHost host, HttpContext context) throws HttpException {
        HttpRoute known = route;
        if (known == null) {
            known = planner.determineRoute(host, context);
            route = known;
        }
        return known;
    }
}
