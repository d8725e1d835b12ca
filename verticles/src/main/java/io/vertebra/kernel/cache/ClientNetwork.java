package io.vertebra.kernel.cache;

import io.netty.util.NetUtil;
import java.util.Arrays;

/** The network that a client's address stands for wherever attempts or requests are counted. */
public final class ClientNetwork {
    private static final int IPV6_BYTES = 16;
    private static final int IPV6_NETWORK_BYTES = 8;
    private static final int IPV4_START = 12;

    private ClientNetwork() {}

    /** The address as limits count it: of IPv6 the network (/64), because one client owns all of it. */
    public static String of(String address) {
        if (address.indexOf(':') < 0) {
            return address;
        }
        var bytes = NetUtil.createByteArrayFromIpAddressString(address);
        if (bytes == null || bytes.length != IPV6_BYTES) {
            return address;
        }
        if (mapped(bytes)) {
            return NetUtil.bytesToIpAddress(Arrays.copyOfRange(bytes, IPV4_START, IPV6_BYTES));
        }
        Arrays.fill(bytes, IPV6_NETWORK_BYTES, IPV6_BYTES, (byte) 0);
        return NetUtil.bytesToIpAddress(bytes);
    }

    /** Whether it is an IPv4 address written as IPv6: {@code ::ffff:192.0.2.1}. */
    private static boolean mapped(byte[] bytes) {
        for (int i = 0; i < IPV4_START - 2; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return bytes[IPV4_START - 2] == -1 && bytes[IPV4_START - 1] == -1;
    }
}
