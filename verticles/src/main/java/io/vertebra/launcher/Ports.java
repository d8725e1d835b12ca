package io.vertebra.launcher;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Ports of this machine. */
final class Ports {
    private Ports() {}

    /** Fails with one sentence when somebody else listens on the port already. */
    static void mustBeFree(String host, int port, String option) {
        if (!free(host, port)) {
            throw new CannotStart("Port " + port + " is taken by another program; stop it or choose another port with "
                    + option + ".");
        }
    }

    static boolean free(String host, int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(host, port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** A port that nobody listens on at this moment. */
    static int any() {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new CannotStart("This machine has no free port: " + e.getMessage());
        }
    }
}
