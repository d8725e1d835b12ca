package io.vertebra.kernel.errors;

import io.vertebra.kernel.config.Secret;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * Where a Sentry project takes events: {@code https://<key>@<host>/<path>/<project>}.
 *
 * @param path of the envelope endpoint
 */
record SentryDsn(boolean tls, String host, int port, String path, String key) {
    private static final int HTTPS = 443;
    private static final int HTTP = 80;

    /** The DSN; fails in words that name no part of it. */
    static SentryDsn parse(Secret dsn) {
        try {
            var uri = new URI(dsn.reveal());
            boolean tls = "https".equals(uri.getScheme());
            var user = uri.getUserInfo();
            var path = uri.getPath();
            int project = path == null ? -1 : path.lastIndexOf('/');
            if (!tls && !"http".equals(uri.getScheme())
                    || user == null
                    || uri.getHost() == null
                    || project < 0
                    || project == path.length() - 1) {
                throw malformed();
            }
            int colon = user.indexOf(':');
            return new SentryDsn(
                    tls,
                    uri.getHost(),
                    uri.getPort() > 0 ? uri.getPort() : tls ? HTTPS : HTTP,
                    path.substring(0, project) + "/api/" + path.substring(project + 1) + "/envelope/",
                    colon < 0 ? user : user.substring(0, colon));
        } catch (URISyntaxException e) {
            throw malformed();
        }
    }

    private static IllegalArgumentException malformed() {
        return new IllegalArgumentException("errors.sentry-dsn must look like https://<key>@<host>/<project>");
    }
}
