package io.vertebra.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;

/** Fills a running Vertebra through its own door, as clients would, and writes the request lists for the load. */
final class Seed {
    private static final int IN_FLIGHT = 32;
    private static final long UNLIMITED = 1_000_000_000L;
    private static final List<String> LIMITS = List.of(
            "limits.user-per-minute",
            "limits.address-per-minute",
            "limits.login-per-account-per-minute",
            "limits.live-connections-per-minute",
            "limits.live-subscriptions-per-minute",
            "limits.live-messages-per-minute");

    private final HttpClient client = HttpClient.newHttpClient();
    private final String base;
    private final Path lists;
    private final List<String> orgs = new ArrayList<>();
    private String token = "";
    private final List<List<String>> projects = new ArrayList<>();

    Seed(int port, Path lists) {
        this.base = "http://127.0.0.1:" + port;
        this.lists = lists;
    }

    /** Raises the limits by policy values, registers the people, and creates their orgs and projects. */
    void fill(String operatorEmail, String operatorPassword) throws Exception {
        var operator = login(operatorEmail, operatorPassword);
        for (String limit : LIMITS) {
            var value = new JsonObject().put("value", UNLIMITED);
            expect(200, send("PUT", "/v1/admin/policies/" + limit, operator, value));
        }
        all(Baseline.PEOPLE, person -> {
            var body = new JsonObject()
                    .put("email", email(person))
                    .put("password", Baseline.PASSWORD)
                    .put("name", "Person " + person);
            return client.sendAsync(request("POST", "/v1/auth/register", null, body), BodyHandlers.ofString());
        });
        var tokens = tokens();
        for (String token : tokens) {
            var created = expect(201, send("POST", "/v1/orgs", token, new JsonObject().put("name", "Bench org")));
            orgs.add(created.getString("id"));
        }
        int perOrg = Baseline.PROJECTS / Baseline.PEOPLE;
        for (int org = 0; org < orgs.size(); org++) {
            var path = "/v1/orgs/" + orgs.get(org) + "/projects";
            var token = tokens.get(org);
            var answers = all(
                    perOrg,
                    i -> client.sendAsync(
                            request("POST", path, token, new JsonObject().put("name", "Project number " + i)),
                            BodyHandlers.ofString()));
            projects.add(answers.stream()
                    .map(a -> new JsonObject(a.body()).getString("id"))
                    .toList());
        }
        writeLists(tokens);
    }

    /** Signs everybody in again and writes the lists anew: access tokens live for ten minutes. */
    void refresh() throws Exception {
        writeLists(tokens());
    }

    /** An org. */
    String org() {
        return orgs.getFirst();
    }

    /** A token of somebody in it. */
    String token() {
        return token;
    }

    /** Makes an event in it. */
    void event() throws Exception {
        var body = new JsonObject().put("name", "Something happened");
        expect(201, send("POST", "/v1/orgs/" + org() + "/projects", token, body));
    }

    private List<String> tokens() throws Exception {
        var answers = all(
                Baseline.PEOPLE,
                person -> client.sendAsync(
                        request("POST", "/v1/auth/login", null, credentials(email(person), Baseline.PASSWORD)),
                        BodyHandlers.ofString()));
        return answers.stream()
                .map(a -> new JsonObject(a.body()).getString("accessToken"))
                .toList();
    }

    private void writeLists(List<String> tokens) throws IOException {
        token = tokens.getFirst();
        var gets = new StringBuilder();
        var posts = new StringBuilder();
        for (int org = 0; org < orgs.size(); org++) {
            var path = "/v1/orgs/" + orgs.get(org) + "/projects";
            posts.append(path).append(' ').append(tokens.get(org)).append('\n');
            for (String project : projects.get(org)) {
                gets.append(path)
                        .append('/')
                        .append(project)
                        .append(' ')
                        .append(tokens.get(org))
                        .append('\n');
            }
        }
        Files.writeString(lists.resolve("gets.txt"), gets);
        Files.writeString(lists.resolve("posts.txt"), posts);
    }

    private String login(String email, String password) throws IOException, InterruptedException {
        return expect(200, send("POST", "/v1/auth/login", null, credentials(email, password)))
                .getString("accessToken");
    }

    private static JsonObject credentials(String email, String password) {
        return new JsonObject().put("email", email).put("password", password);
    }

    private static String email(int person) {
        return "person" + person + "@example.com";
    }

    private interface Sending {
        CompletableFuture<HttpResponse<String>> send(int index);
    }

    private static List<HttpResponse<String>> all(int count, Sending sending)
            throws InterruptedException, ExecutionException {
        var places = new Semaphore(IN_FLIGHT);
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            places.acquire();
            answers.add(sending.send(i).whenComplete((answer, failure) -> places.release()));
        }
        List<HttpResponse<String>> done = new ArrayList<>();
        for (var answer : answers) {
            var response = answer.get();
            if (response.statusCode() >= 300) {
                throw new IllegalStateException(response.request().uri() + ": " + response.body());
            }
            done.add(response);
        }
        return done;
    }

    private HttpRequest request(String method, String path, String token, JsonObject body) {
        var builder = HttpRequest.newBuilder(URI.create(base + path))
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body.encode()));
        if (token != null) {
            builder.header("Authorization", "Bearer " + token);
        }
        return builder.build();
    }

    private HttpResponse<String> send(String method, String path, String token, JsonObject body)
            throws IOException, InterruptedException {
        return client.send(request(method, path, token, body), BodyHandlers.ofString());
    }

    private static JsonObject expect(int status, HttpResponse<String> response) {
        if (response.statusCode() != status) {
            throw new IllegalStateException(response.statusCode() + " " + response.uri() + ": " + response.body());
        }
        return new JsonObject(response.body());
    }
}
