package io.vertebra.launcher;

import io.vertebra.kernel.db.SqlFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code new}: what a developer begins with. */
@Command(
        name = "new",
        description = "Writes what a new part of the platform begins with.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "(domain NAME)")
final class NewDomain {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z]{1,29}");
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMddHHmmss", Locale.ROOT);
    private static final String CODECS = "bus-codecs/src/main/java/io/vertebra/contract/";
    private static final String MAIN = "verticles/src/main/java/io/vertebra/";
    private static final String TEST = "verticles/src/test/java/io/vertebra/";
    private static final String SERVICES =
            "verticles/src/main/resources/META-INF/services/io.vertebra.kernel.module.Domain";
    private static final String LAST_ROUTE = "      { path: ':rest(.*)*'";

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Command(
            name = "domain",
            description = "Writes a domain of one noun: contract, package, migration, test and a page of the console.",
            mixinStandardHelpOptions = true)
    int domain(
            @Parameters(paramLabel = "NAME", description = "The domain's name in lower case: gardens.") String domain,
            @Option(
                            names = "--noun",
                            paramLabel = "NOUN",
                            description = "What it is about, one of them: plot. Default: the name without its last s.")
                    @Nullable
                    String noun,
            @Option(names = "--home", paramLabel = "FOLDER", description = "The checkout; default: the program's.")
                    @Nullable
                    Path home)
            throws IOException {
        var one = noun == null ? domain.replaceFirst("s$", "") : noun;
        if (!NAME.matcher(domain).matches() || !NAME.matcher(one).matches()) {
            throw new CannotStart("Name and noun are lower-case letters: gardens, plot.");
        }
        if (one.equals(domain)) {
            throw new CannotStart("The domain needs a noun that differs from its name: --noun plot.");
        }
        var root = home == null
                ? SqlFolder.find(null).path().toAbsolutePath().resolve("..").normalize()
                : home;
        var written = write(root, domain, one);
        var out = spec.commandLine().getOut();
        written.forEach(file -> out.println("  " + root.relativize(file)));
        next(domain, one).forEach(out::println);
        return 0;
    }

    /** Writes everything, or nothing when something of it is there already. */
    static List<Path> write(Path root, String domain, String noun) throws IOException {
        var words = words(domain, noun);
        var big = capital(domain);
        var files = new LinkedHashMap<String, String>();
        files.put(CODECS + big + ".java", "contract");
        files.put(MAIN + domain + "/package-info.java", "package-info");
        files.put(MAIN + domain + "/" + big + "Verticle.java", "verticle");
        files.put(MAIN + domain + "/" + capital(noun) + "s.java", "noun");
        files.put(MAIN + domain + "/" + capital(noun) + "Store.java", "store");
        files.put("sql/" + domain + "/" + stamp() + "_" + domain + "_tables.sql", "tables");
        files.put(TEST + domain + "/" + capital(noun) + "sTest.java", "test");
        files.put("webroot/src/" + domain + "/calls.ts", "calls");
        files.put("webroot/src/" + domain + "/" + capital(noun) + "sPage.vue", "page");
        if (Files.exists(root.resolve(MAIN + domain)) || Files.exists(root.resolve(CODECS + big + ".java"))) {
            throw new CannotStart("There is a domain " + domain + " already.");
        }
        var written = new ArrayList<Path>();
        for (var file : files.entrySet()) {
            var path = root.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, filled(file.getValue(), words));
            written.add(path);
        }
        var services = root.resolve(SERVICES);
        Files.writeString(services, Files.readString(services) + "io.vertebra." + domain + "." + big + "Verticle\n");
        written.add(services);
        route(root.resolve("webroot/src/router.ts"), domain, noun, written);
        return written;
    }

    private static void route(Path router, String domain, String noun, List<Path> written) throws IOException {
        var text = Files.readString(router);
        var many = noun + "s";
        var page = "component: () => import('@/%s/%sPage.vue')".formatted(domain, capital(many));
        var line = "      { path: 'orgs/:orgId/%s', name: '%s', %s, meta: { title: '%s' } },\n"
                .formatted(many, many, page, capital(many));
        Files.writeString(router, text.replace(LAST_ROUTE, line + LAST_ROUTE));
        written.add(router);
    }

    private static Map<String, String> words(String domain, String noun) {
        return Map.of(
                "__Domain__",
                capital(domain),
                "__domain__",
                domain,
                "__Nouns__",
                capital(noun) + "s",
                "__nouns__",
                noun + "s",
                "__Noun__",
                capital(noun),
                "__noun__",
                noun);
    }

    private static String filled(String template, Map<String, String> words) throws IOException {
        try (var in = NewDomain.class.getResourceAsStream("/scaffold/" + template + ".txt")) {
            if (in == null) {
                throw new IOException("the program lacks its template " + template);
            }
            var text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (var word : words.entrySet()) {
                text = text.replace(word.getKey(), word.getValue());
            }
            return text;
        }
    }

    private static List<String> next(String domain, String noun) {
        var permission = domain + "." + noun + "s";
        return List.of(
                "Next:",
                "  who has " + permission + ".read and .write: verticles/src/test/resources/access/permissions.txt",
                "  mvn spotless:apply",
                "  mvn test -Dtest='OpenApiTest,GoldenTest' -Dvertebra.docs=write -Dgolden.write=true",
                "  (cd webroot && npm run api)",
                "  a line for it in README.md and docs/architecture.md");
    }

    private static String stamp() {
        return STAMP.format(Clock.systemUTC().instant().atOffset(ZoneOffset.UTC));
    }

    private static String capital(String word) {
        return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }
}
