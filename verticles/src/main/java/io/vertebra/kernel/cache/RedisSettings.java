package io.vertebra.kernel.cache;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The section {@code redis} of the configuration.
 *
 * @param url {@code redis://[user:password@]host[:port][/db]}, or {@code rediss://} for TLS
 * @param prefix what every key begins with, so that several platforms can share one server
 * @param timeout how long a command may take before the connection counts as lost
 * @param settle for how long after a lost connection came back epochs are still read from PostgreSQL
 */
public record RedisSettings(
        @NotBlank @Pattern(regexp = "rediss?://.+") String url,
        @NotNull String prefix,
        @NotNull Duration timeout,
        @NotNull Duration settle) {

    /** The host. */
    public String host() {
        return URI.create(url).getHost();
    }

    /** The port; 6379 where the URL names none. */
    public int port() {
        var port = URI.create(url).getPort();
        return port < 0 ? 6379 : port;
    }

    /** Whether the connection is encrypted. */
    public boolean tls() {
        return url.startsWith("rediss:");
    }

    /** The number of the database. */
    int database() {
        var path = URI.create(url).getPath();
        return path == null || path.length() < 2 ? 0 : Integer.parseInt(path.substring(1));
    }

    /** User and password for AUTH; null without a password. */
    String @Nullable [] credentials() {
        var user = URI.create(url).getUserInfo();
        if (user == null || user.isEmpty()) {
            return null;
        }
        var colon = user.indexOf(':');
        if (colon <= 0) {
            return new String[] {user.substring(colon + 1)};
        }
        return new String[] {user.substring(0, colon), user.substring(colon + 1)};
    }

    /** Says where, never with which password. */
    @Override
    public String toString() {
        return "RedisSettings[" + host() + ":" + port() + "/" + database() + "]";
    }
}
