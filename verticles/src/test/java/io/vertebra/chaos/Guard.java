package io.vertebra.chaos;

import java.util.ArrayList;
import java.util.List;

/** Tries at every node what must be refused: ended sessions, forged tokens, strangers. Counts what was let in. */
final class Guard {
    private final Stage stage;
    private final Scene scene;
    private final List<String> refused = new ArrayList<>();
    private long probes;
    private long grants;

    Guard(Stage stage, Scene scene) {
        this.stage = stage;
        this.scene = scene;
        var stranger = new Scene(stage.client(), Stage.OPERATOR);
        refused.add(stranger.token());
        var token = scene.token();
        refused.add(token.substring(0, token.length() - 4) + "AAAA");
        refused.add("none");
        refused.add(endSession());
    }

    /** Signs in once more, lets every node know the session, and ends it; answers its token. */
    final String endSession() {
        var token = scene.signIn();
        for (int port : stage.ports()) {
            if (!new Client(port).get(scene.org(), token).ok()) {
                throw new IllegalStateException("A new session was refused");
            }
        }
        stage.client().expect("POST", "/v1/auth/logout", token, null);
        return token;
    }

    /** One more token that must be refused from now on. */
    void refuses(String token) {
        refused.add(token);
    }

    /** Tries everything everywhere. */
    void probe() {
        for (int port : stage.ports()) {
            var door = new Client(port);
            for (var token : refused) {
                probes++;
                if (door.get(scene.org(), token).ok()) {
                    grants++;
                }
            }
        }
    }

    void tell(Outcome outcome) {
        outcome.put("probes", probes);
        outcome.violation("grants", grants);
    }
}
