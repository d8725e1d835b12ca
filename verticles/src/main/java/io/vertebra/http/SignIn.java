package io.vertebra.http;

import io.vertebra.bus.Call;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.bus.Request;
import io.vertebra.contract.Accounts;
import io.vertebra.door.Gate;
import io.vertx.core.Future;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import org.jspecify.annotations.Nullable;

/**
 * Signing in, refreshing and out where browsers keep the refresh token in a cookie that no script can read. The cookie
 * is believed only on requests that the console's own pages made.
 */
final class SignIn {
    private static final String PATH = "/v1/auth";
    private static final long COOKIE_SECONDS = 30L * 24 * 60 * 60;

    private final Gate gate;
    private final Cors cors;
    private final boolean secure;
    private final String cookie;

    SignIn(Gate gate, Cors cors, boolean secure) {
        this.gate = gate;
        this.cors = cors;
        this.secure = secure;
        this.cookie = secure ? "__Secure-vertebra-refresh" : "vertebra-refresh";
    }

    Future<Void> login(Exchange exchange, Call call, Request<?> request) {
        var login = (Accounts.Login) request;
        return gate.ask(call, login)
                .map(tokens -> answer(exchange, tokens, login.session() == Accounts.SessionForm.COOKIE));
    }

    Future<Void> refresh(Exchange exchange, Call call, Request<?> request) {
        var refresh = (Accounts.Refresh) request;
        if (refresh.refreshToken() != null) {
            return gate.ask(call, refresh).map(tokens -> answer(exchange, tokens, false));
        }
        var kept = exchange.reply().cookie(cookie);
        if (kept == null) {
            return Future.failedFuture(
                    Problem.of(Problems.UNAUTHENTICATED, "Neither the body nor a cookie has a refresh token."));
        }
        if (!own(exchange)) {
            return Future.failedFuture(foreign());
        }
        return gate.ask(call, new Accounts.Refresh(kept))
                .onFailure(refused -> forget(exchange, refused))
                .map(tokens -> answer(exchange, tokens, true));
    }

    Future<Void> logout(Exchange exchange, Call call, Request<?> request) {
        return gate.ask(call, (Accounts.Logout) request).map(nothing -> {
            if (exchange.reply().cookie(cookie) != null) {
                exchange.reply().set(cookie("", 0));
            }
            exchange.reply().answer(nothing);
            return null;
        });
    }

    private @Nullable Void answer(Exchange exchange, Accounts.Tokens tokens, boolean inCookie) {
        var token = tokens.refreshToken();
        if (inCookie && token != null) {
            exchange.reply().set(cookie(token, COOKIE_SECONDS));
            exchange.reply()
                    .answer(new Accounts.Tokens(tokens.accessToken(), null, tokens.tokenType(), tokens.expiresIn()));
        } else {
            exchange.reply().answer(tokens);
        }
        return null;
    }

    private void forget(Exchange exchange, Throwable refused) {
        if (refused instanceof Problem problem && problem.status() == Problems.UNAUTHENTICATED.status()) {
            exchange.reply().set(cookie("", 0));
        }
    }

    /** Whether a page of ours made the request: browsers say so, and no page can make them lie. */
    private boolean own(Exchange exchange) {
        var head = exchange.head();
        if (head.origin != null) {
            var host = head.origin.substring(head.origin.indexOf("//") + 2);
            return cors.own(head.origin) || host.equals(head.host);
        }
        return "same-origin".equals(head.fetchSite);
    }

    private static Problem foreign() {
        return Problem.of(Problems.FORBIDDEN, "The cookie counts only on requests that the console itself made.");
    }

    private Cookie cookie(String value, long seconds) {
        return Cookie.cookie(cookie, value)
                .setPath(PATH)
                .setHttpOnly(true)
                .setSecure(secure)
                .setSameSite(CookieSameSite.STRICT)
                .setMaxAge(seconds);
    }
}
