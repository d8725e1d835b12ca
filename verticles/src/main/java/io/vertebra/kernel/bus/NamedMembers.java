package io.vertebra.kernel.bus;

import com.hazelcast.config.TcpIpConfig;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The members by their names. A name is looked up whenever nodes look for each other, and stands for all of its
 * addresses: a node that comes later is found, and one name may stand for every node. Hazelcast by itself takes only
 * those addresses of a name that are its own as soon as it is bound to one.
 */
final class NamedMembers extends TcpIpConfig {
    private static final Logger LOG = LoggerFactory.getLogger(NamedMembers.class);

    private final List<String> named;
    private final Lookup lookup;

    /** How names become addresses. */
    interface Lookup {
        InetAddress[] addresses(String name) throws UnknownHostException;
    }

    /** The members of this list, each {@code host} or {@code host:port}. */
    NamedMembers(List<String> named, Lookup lookup) {
        this.named = List.copyOf(named);
        this.lookup = lookup;
    }

    @Override
    public List<String> getMembers() {
        var found = new ArrayList<String>();
        for (var member : named) {
            int colon = member.indexOf(':');
            var host = colon < 0 ? member : member.substring(0, colon);
            var port = colon < 0 ? "" : member.substring(colon);
            try {
                for (var address : lookup.addresses(host)) {
                    found.add(literal(address) + port);
                }
            } catch (UnknownHostException e) {
                LOG.debug("No member is called {} now", host);
            }
        }
        return found;
    }

    private static String literal(InetAddress address) {
        return address instanceof Inet6Address ? "[" + address.getHostAddress() + "]" : address.getHostAddress();
    }
}
