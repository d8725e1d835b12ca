package io.vertebra.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertebra.bus.Verb;
import io.vertebra.launcher.watch.Board;
import io.vertebra.launcher.watch.Bridge;
import io.vertebra.launcher.watch.Lines;
import io.vertebra.launcher.watch.Reception;
import io.vertebra.launcher.watch.Screen;
import io.vertebra.launcher.watch.SignedOut;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code watch}. */
@Command(
        name = "watch",
        description = "Shows what happens in an org, as it happens; operators see the nodes too.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Signs in as `call` does. After a break it resumes where it stopped, without a gap. Prints a line an event",
            "where the output is no terminal.",
            "",
            "  vertebra watch --org acme",
            "  vertebra watch --org acme --type Orgs.ProjectCreated --json | jq .data.name"
        })
final class WatchOrg implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String UUID_PATTERN = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

    @Option(names = "--org", required = true, paramLabel = "ORG", description = "The org: its id or its slug.")
    private String org = "";

    @Option(names = "--type", paramLabel = "TYPE", description = "Only events of this type; may be given many times.")
    private Set<String> types = Set.of();

    @Option(names = "--after", paramLabel = "CURSOR", description = "Begin after this place in the log.")
    private @Nullable String after;

    @Option(names = "--json", description = "A JSON document a line, with the cursor.")
    private boolean json;

    @Option(names = "--plain", description = "A line an event, also in a terminal.")
    private boolean plain;

    @Option(names = "--count", paramLabel = "N", defaultValue = "0", description = "End after this many events.")
    private long count;

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "${env:VERTEBRA_URL:-http://localhost:8080}",
            description = "The platform's address (default: ${DEFAULT-VALUE}).")
    private URI url = URI.create("http://localhost:8080");

    @Option(
            names = "--bridge",
            paramLabel = "HOST:PORT",
            description = "Its TCP door; default: the port after that of --url. With https, it speaks TLS.")
    private @Nullable String bridge;

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            defaultValue = ".vertebra",
            description = "The folder of `dev`, for its superuser (default: ${DEFAULT-VALUE}).")
    private Path data = Path.of(".vertebra");

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    private final Clock clock = Clock.systemUTC();

    @Override
    public Integer call() throws Exception {
        var client = new RestClient(url);
        var signIn = new SignIn(client, System.getenv(), DevFolder.at(data));
        var watched = org(client, signIn.token());
        var vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(2));
        try (var terminal = json || plain || count > 0 ? null : terminal()) {
            return terminal == null ? lines(vertx, watched, signIn) : screen(vertx, terminal, watched, signIn);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private int lines(Vertx vertx, Watched watched, SignIn signIn) throws InterruptedException {
        var lines = new Lines(spec.commandLine().getOut(), spec.commandLine().getErr(), wanted(), json, count);
        try (var opened = bridge(vertx, lines, signIn)) {
            opened.follow(topic(watched), after).open();
            return lines.await() ? 0 : 1;
        }
    }

    private int screen(Vertx vertx, Terminal terminal, Watched watched, SignIn signIn) throws IOException {
        var board = new Board(clock, wanted());
        try (var opened = bridge(vertx, board, signIn)) {
            opened.follow(topic(watched), after)
                    .follow(Board.HEALTH, null)
                    .follow(Board.METRICS, null)
                    .open();
            new Screen(terminal, board, watched.name(), clock).show();
        }
        if (board.watching()) {
            return 0;
        }
        throw new CannotStart(board.farewell());
    }

    private Bridge bridge(Vertx vertx, Reception reception, SignIn signIn) {
        return new Bridge(vertx, place(), () -> fresh(signIn), reception, clock);
    }

    /** A sign-in that was refused will be refused again; a server that is away may come back. */
    private static String fresh(SignIn signIn) throws Exception {
        try {
            return signIn.renewed();
        } catch (SignIn.Refused refused) {
            throw new SignedOut(String.valueOf(refused.getMessage()));
        }
    }

    private Set<String> wanted() {
        return types.size() > 1 ? types : Set.of();
    }

    /** One type is filtered by the server, several are here: so they keep their order. */
    private String topic(Watched watched) {
        var events = "orgs/" + watched.id() + "/events";
        return types.size() == 1 ? events + "/" + types.iterator().next() : events;
    }

    private Bridge.Place place() {
        boolean tls = "https".equals(url.getScheme());
        if (bridge != null) {
            int colon = bridge.lastIndexOf(':');
            try {
                return new Bridge.Place(
                        bridge.substring(0, Math.max(0, colon)), Integer.parseInt(bridge.substring(colon + 1)), tls);
            } catch (NumberFormatException e) {
                throw new CannotStart("--bridge must be HOST:PORT, but is " + bridge + ".");
            }
        }
        int port = url.getPort() > 0 ? url.getPort() : tls ? 443 : 80;
        return new Bridge.Place(url.getHost(), port + 1, tls);
    }

    private static @Nullable Terminal terminal() throws IOException {
        if (System.console() == null) {
            return null;
        }
        var terminal = TerminalBuilder.builder().system(true).dumb(true).build();
        if (terminal.getType().startsWith(Terminal.TYPE_DUMB)) {
            terminal.close();
            return null;
        }
        return terminal;
    }

    /** The org by its id or slug; only those of the caller have a name here. */
    private Watched org(RestClient client, String token) throws IOException, InterruptedException {
        var answer = client.send(Verb.GET, "/v1/me/orgs?limit=200", null, token, null);
        JsonNode mine = answer.ok() ? JSON.readTree(answer.body()).path("items") : JSON.createArrayNode();
        for (var one : mine) {
            if (org.equals(one.path("id").asText())
                    || org.equals(one.path("slug").asText())) {
                return new Watched(one.path("id").asText(), one.path("name").asText());
            }
        }
        if (org.matches(UUID_PATTERN)) {
            return new Watched(org, org);
        }
        throw new CannotStart("You are in no org " + org + "; `vertebra call Orgs.ListMyOrgs` lists yours.");
    }

    private record Watched(String id, String name) {}
}
