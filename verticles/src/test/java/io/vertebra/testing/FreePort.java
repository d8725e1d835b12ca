package io.vertebra.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports for servers that must know theirs beforehand. */
public final class FreePort {
    private static final int LOWEST = 20_000;
    private static final int HIGHEST = 31_999;

    private FreePort() {}

    /** A port that is free now, below those that the system gives to outgoing connections meanwhile. */
    public static int any() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
            try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException taken) {
                continue;
            }
        }
    }
}
