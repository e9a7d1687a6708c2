package dev.messplus.infer.openai;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Resolves host names so that each new connection begins with the next of a host's addresses. A
 * headless service of Kubernetes has an address for each of its servers; without rotation, all
 * connections would go to the first of them. If an address cannot be connected to, the client tries
 * the others.
 */
final class RotatingDns implements DnsResolver {

    private final DnsResolver resolver;
    private final AtomicInteger resolved = new AtomicInteger();

    RotatingDns(DnsResolver resolver) {
        this.resolver = resolver;
    }

    /**
     * The addresses of a host: first those of the version of IP that Java prefers, rotated by one
     * with each call, and then the others.
     */
    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] addresses = resolver.resolve(host);
        if (addresses.length < 2) {
            return addresses;
        }
        List<InetAddress> preferred = new ArrayList<>();
        List<InetAddress> others = new ArrayList<>();
        for (InetAddress address : addresses) {
            boolean first = address.getClass() == addresses[0].getClass();
            (first ? preferred : others).add(address);
        }
        // Name servers rotate addresses as well.
        preferred.sort(Comparator.comparing(InetAddress::getHostAddress));
        Collections.rotate(preferred, -Math.floorMod(resolved.getAndIncrement(), preferred.size()));
        preferred.addAll(others);
        return preferred.toArray(InetAddress[]::new);
    }

    @Override
    public String resolveCanonicalHostname(String host) throws UnknownHostException {
        return resolver.resolveCanonicalHostname(host);
    }
}
