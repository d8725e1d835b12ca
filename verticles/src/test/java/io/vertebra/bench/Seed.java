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
    private static final Integer ADDRESS_PER_MINUTE = 800;
    private static final String ADDRESS = "limits.address-per-minute";
    private static final List<String> LIMITS = List.of(
            "limits.user-per-minute",
            ADDRESS,
            "limits.login-per-account-per-minute",
            "limits.live-connections-per-minute",
            "limits.live-subscriptions-per-minute",
            "limits.live-messages-per-minute");

    private final HttpClient client = HttpClient.newHttpClient();
    private final String base;
    private final Path lists;
    private final List<String> orgs = new ArrayList<>();
    private volatile List<String> tokens = List.of();
    private final List<List<String>> projects = new ArrayList<>();

    Seed(int port, Path lists) {
        this.base = "http://127.0.0.1:" + port;
        this.lists = lists;
    }

    /** Raises the limits by policy values, registers the people, and creates their orgs and projects. */
    void fill(String operatorEmail, String operatorPassword, int count) throws Exception {
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
        int perOrg = count / Baseline.PEOPLE;
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

    /** Signs the first so many people in again. */
    void refresh(int people) throws Exception {
        tokens = tokens(people);
    }

    /** The limits as the platform presets them, but for that of addresses: everybody signs in from one. */
    void limit(String operatorEmail, String operatorPassword) throws Exception {
        var operator = login(operatorEmail, operatorPassword);
        for (String limit : LIMITS) {
            var value = new JsonObject().put("value", limit.equals(ADDRESS) ? ADDRESS_PER_MINUTE : null);
            expect(200, send("PUT", "/v1/admin/policies/" + limit, operator, value));
        }
    }

    /** An org. */
    String org() {
        return org(0);
    }

    /** The org of a person. */
    String org(int person) {
        return orgs.get(person);
    }

    /** A token of somebody in the first org. */
    String token() {
        return token(0);
    }

    /** A token of a person. */
    String token(int person) {
        return tokens.get(person);
    }

    /** Makes an event in the first org. */
    void event() throws Exception {
        var body = new JsonObject().put("name", "Something happened");
        expect(201, send("POST", "/v1/orgs/" + org() + "/projects", token(), body));
    }

    /** Makes an org of the first person. */
    String newOrg() throws Exception {
        return expect(201, send("POST", "/v1/orgs", token(), new JsonObject().put("name", "Short-lived")))
                .getString("id");
    }

    /** Deletes an org of the first person. */
    void deleteOrg(String org) throws Exception {
        var answer = send("DELETE", "/v1/orgs/" + org, token(), null);
        if (answer.statusCode() != 204) {
            throw new IllegalStateException(answer.statusCode() + " " + answer.body());
        }
    }

    private List<String> tokens() throws Exception {
        return tokens(Baseline.PEOPLE);
    }

    private List<String> tokens(int people) throws Exception {
        var answers = all(
                people,
                person -> client.sendAsync(
                        request("POST", "/v1/auth/login", null, credentials(email(person), Baseline.PASSWORD)),
                        BodyHandlers.ofString()));
        return answers.stream()
                .map(a -> new JsonObject(a.body()).getString("accessToken"))
                .toList();
    }

    private void writeLists(List<String> fresh) throws IOException {
        tokens = fresh;
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
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.encode()));
        if (body != null) {
            builder.header("Content-Type", "application/json");
        }
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
