package io.vertebra.launcher.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.launcher.watch.Reception.State;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jline.utils.AttributedString;
import org.junit.jupiter.api.Test;

class PictureTest {
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
    private static final int WIDTH = 72;
    private static final int ROWS = 12;

    private final Board board = new Board(Clock.fixed(NOW, ZoneOffset.UTC), Set.of());
    private final Picture picture = new Picture("Acme", ZoneOffset.UTC);

    private static JsonObject event(int n, String name) {
        return new JsonObject()
                .put("id", "e" + n)
                .put("type", "Orgs.ProjectCreated")
                .put("at", NOW.minusSeconds(n).toString())
                .put("data", new JsonObject().put("name", name));
    }

    private String drawn() {
        var lines = picture.draw(board.view(Picture.room(ROWS)), WIDTH, ROWS, NOW, null);
        assertThat(lines).hasSize(ROWS).allMatch(line -> line.columnLength() <= WIDTH);
        return String.join("\n", lines.stream().map(AttributedString::toString).toList());
    }

    @Test
    void the_newest_event_comes_first_and_what_does_not_fit_is_left_out() {
        board.turned(State.LIVE, null, "");
        for (int n = 20; n > 0; n--) {
            board.event("orgs/o/events", "c" + n, event(n, "Web shop " + n + " " + "x".repeat(n * 5)));
        }
        var rows = drawn().lines().toList();
        assertThat(rows.getFirst()).contains("Acme").contains("● live");
        assertThat(rows.get(1)).contains("2.0/s").contains("20 events");
        assertThat(rows.get(3)).contains("11:59:59").contains("Project created").contains("Web shop 1");
        assertThat(rows.getLast()).contains("q quit");
    }

    @Test
    void a_filter_and_a_pause_hold_what_is_shown() {
        board.event("t", "c1", event(1, "Atlas"));
        board.event("t", "c2", event(2, "Beta"));
        board.filter("ATLAS");
        assertThat(drawn()).contains("Atlas").doesNotContain("Beta").contains("only “atlas”");
        board.filter("");
        board.pause();
        board.event("t", "c3", event(3, "Gamma"));
        assertThat(drawn()).doesNotContain("Gamma").contains("paused, 1 new");
        board.pause();
        assertThat(drawn()).contains("Gamma");
    }

    @Test
    void an_absent_server_is_said_with_the_time_of_the_next_try() {
        board.turned(State.OFFLINE, NOW.plusSeconds(4), "the connection broke");
        assertThat(drawn()).contains("○ offline").contains("next try in 4 s");
    }

    @Test
    void nodes_stand_above_the_events() {
        var node = new JsonObject()
                .put("node", "a-1")
                .put("state", "healthy")
                .put("version", "0.1.0")
                .put("since", NOW.minusSeconds(7_200).toString());
        board.value(Board.HEALTH, new JsonObject().put("nodes", new JsonArray().add(node)));
        assertThat(drawn()).contains("a-1").contains("healthy").contains("up 2 h");
    }

    @Test
    void frames_are_cut_wherever_the_bytes_break() {
        var bytes =
                Frames.encoded(new JsonObject().put("n", 1)).appendBuffer(Frames.encoded(new JsonObject().put("n", 2)));
        for (int cut = 1; cut < bytes.length(); cut++) {
            var got = new ArrayList<Integer>();
            var decoder = Frames.decoder(frame -> got.add(frame.getInteger("n")), why -> got.add(-1));
            decoder.handle(bytes.getBuffer(0, cut));
            decoder.handle(bytes.getBuffer(cut, bytes.length()));
            assertThat(got).containsExactly(1, 2);
        }
    }

    @Test
    void a_length_that_no_frame_has_ends_the_connection() {
        for (int length : List.of(-1, 0, Integer.MAX_VALUE)) {
            var broken = new ArrayList<String>();
            Frames.decoder(frame -> broken.add("frame"), broken::add)
                    .handle(Buffer.buffer().appendInt(length).appendInt(0));
            assertThat(broken).hasSize(1).first().asString().contains(Integer.toString(length));
        }
    }

    @Test
    void a_topic_resumes_after_the_last_event_and_takes_none_twice() {
        var topic = new Topic("orgs/o/events", null);
        assertThat(topic.register().getJsonObject("headers").containsKey("after"))
                .isFalse();
        topic.confirm("c0");
        assertThat(topic.take("c1", "e1")).isTrue();
        assertThat(topic.register().getJsonObject("headers").getString("after")).isEqualTo("c1");
        assertThat(topic.take("c1", "e1")).isFalse();
    }
}
