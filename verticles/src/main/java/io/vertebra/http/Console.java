package io.vertebra.http;

import io.vertebra.kernel.config.HttpSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.shareddata.Shareable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The built console, held in memory: hashed assets are kept by browsers for ever, pages are asked for again each time.
 * Paths that are no file lead to the console's own router.
 */
final class Console implements Shareable {
    private static final String POLICY = "default-src 'self'; script-src 'self'; style-src 'self';"
            + " img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none';"
            + " base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
    /** The reader of the API document writes styles of its own; nothing that a person typed is on it. */
    private static final String READER = "/docs.html";

    private static final String READER_POLICY = POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'");
    private static final String FOREVER = "public, max-age=31536000, immutable";
    private static final String SHARED = "vertebra.console";
    private static final int GZIP_MIN = 1_024;
    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("html", "text/html; charset=utf-8"),
            Map.entry("js", "text/javascript; charset=utf-8"),
            Map.entry("css", "text/css; charset=utf-8"),
            Map.entry("json", "application/json"),
            Map.entry("svg", "image/svg+xml"),
            Map.entry("png", "image/png"),
            Map.entry("ico", "image/x-icon"),
            Map.entry("webp", "image/webp"),
            Map.entry("woff2", "font/woff2"),
            Map.entry("txt", "text/plain; charset=utf-8"),
            Map.entry("webmanifest", "application/manifest+json"));

    private record Asset(Buffer plain, @Nullable Buffer gzipped, String type, String tag, boolean hashed) {}

    private final Map<String, Asset> assets;
    private final boolean tls;

    private Console(Map<String, Asset> assets, boolean tls) {
        this.assets = assets;
        this.tls = tls;
    }

    /** The console of this node, read once for all event loops. */
    static Future<Console> of(Vertx vertx, HttpSettings settings) {
        var shared = vertx.sharedData().<String, Console>getLocalMap(SHARED);
        var known = shared.get(SHARED);
        if (known != null) {
            return Future.succeededFuture(known);
        }
        return vertx.executeBlocking(
                        () -> read(settings.webroot(), settings.tls().on()), false)
                .map(read -> {
                    var console = Objects.requireNonNull(read);
                    shared.put(SHARED, console);
                    return console;
                });
    }

    /** Reads the folder of the built console; a folder that is not there gives an empty console. Blocks. */
    private static Console read(String folder, boolean tls) {
        var assets = new HashMap<String, Asset>();
        var root = Path.of(folder.isEmpty() ? "." : folder);
        if (!folder.isEmpty() && Files.isDirectory(root)) {
            try (var files = Files.walk(root)) {
                for (var file : files.filter(Files::isRegularFile).toList()) {
                    var path = "/" + root.relativize(file).toString().replace('\\', '/');
                    assets.put(path, asset(path, Files.readAllBytes(file)));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return new Console(Map.copyOf(assets), tls);
    }

    private static Asset asset(String path, byte[] bytes) throws IOException {
        var type = TYPES.getOrDefault(path.substring(path.lastIndexOf('.') + 1), "application/octet-stream");
        var compressible = bytes.length >= GZIP_MIN && !type.startsWith("image/png") && !type.startsWith("font/");
        return new Asset(
                Buffer.buffer(bytes),
                compressible ? Buffer.buffer(gzip(bytes)) : null,
                type,
                "\"" + digest(bytes) + "\"",
                path.startsWith("/assets/"));
    }

    /** Answers a request for a page or a file; false when there is nothing to answer with. */
    boolean serve(HttpServerRequest request, String path) {
        var asset = assets.get(path);
        if (asset == null && path.lastIndexOf('.') <= path.lastIndexOf('/')) {
            asset = assets.get("/index.html");
        }
        if (asset == null) {
            return false;
        }
        var response = request.response();
        secure(response, path.equals(READER) ? READER_POLICY : POLICY);
        response.putHeader(Fields.CACHE_CONTROL, asset.hashed() ? FOREVER : "no-cache")
                .putHeader(Fields.ETAG, asset.tag())
                .putHeader(Fields.VARY, "Accept-Encoding")
                .putHeader(Fields.CONTENT_TYPE, asset.type());
        if (asset.tag().equals(request.getHeader("if-none-match"))) {
            response.setStatusCode(304).end();
            return true;
        }
        var accepted = request.getHeader("accept-encoding");
        if (asset.gzipped() != null && accepted != null && accepted.contains("gzip")) {
            response.putHeader("content-encoding", "gzip").end(asset.gzipped());
        } else {
            response.end(asset.plain());
        }
        return true;
    }

    private void secure(HttpServerResponse response, String policy) {
        response.putHeader(Fields.CONTENT_SECURITY_POLICY, policy)
                .putHeader(Fields.NOSNIFF, Fields.NOSNIFF_VALUE)
                .putHeader("referrer-policy", "same-origin")
                .putHeader("cross-origin-opener-policy", "same-origin")
                .putHeader("permissions-policy", "camera=(), microphone=(), geolocation=()");
        if (tls) {
            response.putHeader(Fields.HSTS, Fields.HSTS_VALUE);
        }
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        var packed = new ByteArrayOutputStream(bytes.length / 2);
        try (var out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        }
        return packed.toByteArray();
    }

    private static String digest(byte[] bytes) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().formatHex(digest, 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
