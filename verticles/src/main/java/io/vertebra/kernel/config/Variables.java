package io.vertebra.kernel.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What environment variables say: the names that people expect, and {@code VERTEBRA_*} for every key. */
final class Variables {
    private static final String PREFIX = "VERTEBRA_";
    /** Variables with the prefix that are no keys: read by the script and the command line. */
    private static final Set<String> OTHERS = Set.of(
            "VERTEBRA_CONF",
            "VERTEBRA_HOME",
            "VERTEBRA_PARENT",
            "VERTEBRA_CLASSPATH",
            "VERTEBRA_JAVA_OPTS",
            "VERTEBRA_JVM_FOLDERS",
            "VERTEBRA_TOKEN",
            "VERTEBRA_EMAIL",
            "VERTEBRA_PASSWORD",
            "VERTEBRA_URL");

    private static final Map<String, String> KNOWN = knownNames();
    private static final Pattern SSL = Pattern.compile("(?:^|&)sslmode=([a-z-]+)");
    private static final Map<String, String> SSL_MODES = Map.of("true", "require", "false", "disable", "", "disable");

    private final Map<String, String> env;
    private final Map<String, Entry> defaults;
    private final List<Mistake> mistakes;
    private final Map<String, Entry> found = new LinkedHashMap<>();

    private Variables(Map<String, String> env, Map<String, Entry> defaults, List<Mistake> mistakes) {
        this.env = env;
        this.defaults = defaults;
        this.mistakes = mistakes;
    }

    /** The entries that the variables give, by key. */
    static Map<String, Entry> read(Map<String, String> env, Map<String, Entry> defaults, List<Mistake> mistakes) {
        var variables = new Variables(env, defaults, mistakes);
        KNOWN.forEach(variables::known);
        variables.address("DATABASE_URL", "database", Set.of("postgres", "postgresql"), 5432);
        variables.address("REDIS_URL", "redis", Set.of("redis", "rediss"), 6379);
        variables.prefixed();
        return variables.found;
    }

    /** The variable that overrides this key: {@code VERTEBRA_HTTP_PORT}. */
    static String nameOf(String key) {
        return PREFIX + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /** The names that people expect, for the reference. */
    static @Nullable String alias(String key) {
        return KNOWN.entrySet().stream()
                .filter(name -> name.getValue().equals(key))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
    }

    private static Map<String, String> knownNames() {
        var names = new LinkedHashMap<String, String>();
        names.put("PORT", "http.port");
        names.put("POSTGRES_HOST", "database.host");
        names.put("POSTGRES_PORT", "database.port");
        names.put("POSTGRES_DB", "database.name");
        names.put("POSTGRES_USER", "database.user");
        names.put("POSTGRES_PASSWORD", "database.password");
        names.put("POSTGRES_SSL", "database.ssl");
        names.put("OTEL_EXPORTER_OTLP_ENDPOINT", "telemetry.otlp-endpoint");
        names.put("OTEL_SERVICE_NAME", "telemetry.service-name");
        names.put("OTEL_TRACES_SAMPLER_ARG", "telemetry.sample-ratio");
        return names;
    }

    private void known(String name, String key) {
        var value = env.get(name);
        if (value != null && !value.isEmpty()) {
            put(key, key.equals("database.ssl") ? SSL_MODES.getOrDefault(value, value) : value, name);
        }
    }

    private void prefixed() {
        var keys = new LinkedHashMap<String, String>();
        defaults.keySet().forEach(key -> keys.put(nameOf(key), key));
        env.forEach((name, value) -> {
            if (!name.startsWith(PREFIX) || OTHERS.contains(name)) {
                return;
            }
            var key = keys.get(name);
            if (key == null) {
                mistakes.add(new Mistake(name, "", "is no known variable" + Nearest.hint(name, keys.keySet())));
            } else {
                put(key, value, name);
            }
        });
    }

    private void put(String key, String value, String name) {
        var entry = defaults.get(key);
        if (entry != null) {
            found.put(key, entry.with(value, "variable " + name));
        }
    }

    /** An address of a server, taken apart into host, port, name, user and password. */
    private void address(String name, String section, Set<String> schemes, int port) {
        var given = env.getOrDefault(name, "");
        if (given.isEmpty()) {
            return;
        }
        var text = References.resolve(name, given, "", mistakes);
        var url = parse(text);
        if (url == null || url.getHost() == null || !schemes.contains(url.getScheme())) {
            var example = schemes.stream().sorted().toList().getLast() + "://user:password@host:" + port + "/name";
            mistakes.add(new Mistake(name, "", "must be an address like " + example));
            return;
        }
        put(section + ".host", url.getHost(), name);
        put(section + ".port", Integer.toString(url.getPort() < 0 ? port : url.getPort()), name);
        path(section, url, name);
        user(section, url, name);
        if (section.equals("database")) {
            var ssl = SSL.matcher(url.getRawQuery() == null ? "" : url.getRawQuery());
            if (ssl.find()) {
                put("database.ssl", ssl.group(1), name);
            }
        } else {
            put("redis.tls", Boolean.toString("rediss".equals(url.getScheme())), name);
        }
    }

    private void path(String section, URI url, String name) {
        var path = url.getPath() == null ? "" : url.getPath().replaceFirst("^/", "");
        if (!path.isEmpty()) {
            put(section + (section.equals("redis") ? ".database" : ".name"), path, name);
        }
    }

    private void user(String section, URI url, String name) {
        var user = url.getRawUserInfo();
        if (user == null) {
            return;
        }
        var colon = user.indexOf(':');
        var login = decode(colon < 0 ? user : user.substring(0, colon));
        if (!login.isEmpty()) {
            put(section + ".user", login, name);
        }
        if (colon >= 0) {
            put(section + ".password", decode(user.substring(colon + 1)), name);
        }
    }

    private static @Nullable URI parse(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            return null;
        }
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
