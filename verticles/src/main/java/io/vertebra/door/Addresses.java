package io.vertebra.door;

import io.netty.util.NetUtil;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who the client is, where known proxies stand before it. */
public final class Addresses {
    private record Range(byte[] address, int bits) {
        boolean holds(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            for (var i = 0; i < bits; i++) {
                var mask = 0x80 >> i % 8;
                if ((other[i / 8] & mask) != (address[i / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }

    private final List<Range> trusted = new ArrayList<>();

    /** Believes these proxies, each an address or a CIDR range. */
    public Addresses(List<String> proxies) {
        for (var proxy : proxies) {
            var slash = proxy.indexOf('/');
            var bytes = NetUtil.createByteArrayFromIpAddressString(slash < 0 ? proxy : proxy.substring(0, slash));
            if (bytes == null) {
                throw new IllegalArgumentException(proxy + " is no address and no CIDR range");
            }
            trusted.add(new Range(bytes, slash < 0 ? bytes.length * 8 : Integer.parseInt(proxy.substring(slash + 1))));
        }
    }

    /** The client of a connection from this peer, which says that it forwards for these. */
    public String client(String peer, @Nullable String forwarded) {
        if (trusted.isEmpty() || forwarded == null || !believed(peer)) {
            return peer;
        }
        var hops = forwarded.split(",");
        for (var i = hops.length - 1; i >= 0; i--) {
            var hop = hops[i].trim();
            if (NetUtil.createByteArrayFromIpAddressString(hop) == null) {
                return peer;
            }
            if (i == 0 || !believed(hop)) {
                return hop;
            }
        }
        return peer;
    }

    private boolean believed(String address) {
        var bytes = NetUtil.createByteArrayFromIpAddressString(address);
        return bytes != null && trusted.stream().anyMatch(range -> range.holds(bytes));
    }
}
