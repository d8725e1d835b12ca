package io.vertebra.kernel.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything that varies from one installation to the next. Later ones win: {@code conf/vertebra.yaml} (every key with
 * its default), the file of the environment, the variables that people expect, {@code VERTEBRA_*}, options of the
 * command line. Immutable.
 */
public final class Configuration {
    private static final String DEFAULTS = "vertebra.yaml";
    private static final Set<String> WEAK = Set.of("postgres", "vertebra", "password", "secret", "changeme", "admin");
    private static final String DEFAULT_SECRET =
            "still has a default or well-known value, which this environment refuses";

    private final Environment environment;
    private final Map<String, Entry> defaults;
    private final Map<String, String> sections;
    private final Map<String, Entry> entries;
    private final List<Mistake> mistakes;

    private Configuration(
            Environment environment,
            Map<String, Entry> defaults,
            Map<String, String> sections,
            Map<String, Entry> entries,
            List<Mistake> mistakes) {
        this.environment = environment;
        this.defaults = defaults;
        this.sections = sections;
        this.entries = entries;
        this.mistakes = mistakes;
    }

    /** Reads files and variables. Mistakes are kept until a section is asked for, so that all are named at once. */
    public static Configuration of(Map<String, String> env, Path folder) {
        var mistakes = new ArrayList<Mistake>();
        var environment = environment(env, mistakes);
        var base = YamlFile.read(folder.resolve(DEFAULTS), mistakes);
        var entries = new LinkedHashMap<>(base.entries());
        var overlay = folder.resolve(environment.label() + ".yaml");
        if (Files.exists(overlay)) {
            overlay(YamlFile.read(overlay, mistakes).entries(), entries, mistakes);
        }
        entries.putAll(Variables.read(env, base.entries(), mistakes));
        return new Configuration(environment, base.entries(), base.sections(), entries, mistakes);
    }

    /** The folder of the configuration files: {@code VERTEBRA_CONF}, or {@code conf} here or one folder up. */
    public static Path folder(Map<String, String> env) {
        var named = env.get("VERTEBRA_CONF");
        if (named != null) {
            return Path.of(named);
        }
        var here = Path.of("conf");
        return Files.isDirectory(here) ? here : Path.of("..", "conf");
    }

    /** The same configuration with one key set, as an option of the command line or a test does. */
    public Configuration with(String key, String value) {
        return with(key, value, "option");
    }

    /** The same configuration with one key set by the named origin. */
    public Configuration with(String key, String value, String where) {
        var set = new LinkedHashMap<>(entries);
        var more = new ArrayList<>(mistakes);
        var known = defaults.get(key);
        if (known == null) {
            more.add(unknown(key, where, defaults));
        } else {
            set.put(key, known.with(value, where));
        }
        return new Configuration(environment, defaults, sections, set, more);
    }

    /** Where the platform runs. */
    public Environment environment() {
        return environment;
    }

    /** A section bound to a record and validated; fails with every mistake that can be seen so far. */
    public <T extends Record> T section(String name, Class<T> type) {
        var found = general();
        var bound = new Binder(entries, found).bind(name, type);
        if (bound == null || !found.isEmpty()) {
            throw new Misconfigured(sorted(found));
        }
        return bound;
    }

    /** Fails with every mistake at once when something is wrong with these sections or in general. */
    public void check(Map<String, Class<? extends Record>> records) {
        var found = mistakes(records);
        if (!found.isEmpty()) {
            throw new Misconfigured(found);
        }
    }

    /** Every mistake, in the order of the keys. */
    public List<Mistake> mistakes(Map<String, Class<? extends Record>> records) {
        var found = general();
        var binder = new Binder(entries, found);
        records.forEach(binder::bind);
        return sorted(found);
    }

    /** Every key as it is set, secrets hidden; for {@code doctor} and the reference. */
    public List<Setting> settings() {
        return entries.values().stream().map(this::setting).toList();
    }

    /** Every key with its default, in the order of the file; for the reference. */
    public List<Setting> defaults() {
        return defaults.values().stream().map(this::setting).toList();
    }

    /** What the defaults say about each section. */
    public Map<String, String> sections() {
        return Map.copyOf(sections);
    }

    private Setting setting(Entry entry) {
        var known = defaults.getOrDefault(entry.key(), entry);
        var kind = Kind.of(known);
        var secret = entry.secret() || kind == Kind.SECRET;
        return new Setting(
                entry.key(),
                secret ? Secret.of(entry.value()).toString() : String.join(", ", entry.values()),
                kind.takes(),
                entry.where(),
                Variables.nameOf(entry.key()),
                Variables.alias(entry.key()),
                known.comment());
    }

    /** What is wrong whichever record a section is bound to: unknown keys, wrong kinds, default secrets. */
    private List<Mistake> general() {
        var found = new ArrayList<>(mistakes);
        for (var entry : entries.values()) {
            var known = defaults.getOrDefault(entry.key(), entry);
            var mistake = Kind.of(known).mistake(entry);
            if (mistake != null) {
                found.add(new Mistake(entry.key(), entry.where(), mistake));
            } else if (environment != Environment.LOCAL && isDefaultSecret(entry, known)) {
                found.add(new Mistake(entry.key(), entry.where(), DEFAULT_SECRET));
            }
        }
        return found;
    }

    private static boolean isDefaultSecret(Entry entry, Entry known) {
        if (!known.secret()) {
            return false;
        }
        var value = References.resolve(entry.key(), entry.value(), entry.where(), new ArrayList<>());
        return !value.isEmpty() && (value.equals(known.value()) || WEAK.contains(value));
    }

    private static Environment environment(Map<String, String> env, List<Mistake> mistakes) {
        var name = env.getOrDefault("APP_ENV", "");
        var alias = env.getOrDefault("ENVIRONMENT", "");
        try {
            var chosen = Environment.of(name.isEmpty() ? alias.isEmpty() ? "local" : alias : name);
            if (!alias.isEmpty() && Environment.of(alias) != chosen) {
                mistakes.add(new Mistake("APP_ENV", "", "and its alias ENVIRONMENT name different environments"));
            }
            return chosen;
        } catch (IllegalArgumentException e) {
            mistakes.add(new Mistake(name.isEmpty() ? "ENVIRONMENT" : "APP_ENV", "", String.valueOf(e.getMessage())));
            return Environment.PRODUCTION;
        }
    }

    private static void overlay(Map<String, Entry> over, Map<String, Entry> entries, List<Mistake> mistakes) {
        over.forEach((key, entry) -> {
            if (entries.containsKey(key)) {
                entries.put(key, entry);
            } else {
                mistakes.add(unknown(key, entry.where(), entries));
            }
        });
    }

    private static Mistake unknown(String key, String where, Map<String, Entry> known) {
        return new Mistake(key, where, "is no known key" + Nearest.hint(key, known.keySet()));
    }

    private static List<Mistake> sorted(List<Mistake> found) {
        var one = new LinkedHashMap<String, Mistake>();
        found.forEach(mistake -> one.putIfAbsent(mistake.key() + mistake.where(), mistake));
        return one.values().stream().sorted(Comparator.comparing(Mistake::key)).toList();
    }

    /**
     * One key as it is set.
     *
     * @param key dotted
     * @param value as text; a secret is hidden
     * @param takes what the key takes, in words
     * @param where what set it
     * @param variable the variable that overrides it
     * @param alias the name that people expect; null without one
     * @param comment what it means
     */
    public record Setting(
            String key,
            String value,
            String takes,
            String where,
            String variable,
            @Nullable String alias,
            String comment) {}
}
