package io.vertebra.launcher.watch;

import io.vertebra.launcher.watch.Board.Happening;
import io.vertebra.launcher.watch.Board.View;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;
import org.jspecify.annotations.Nullable;

/** Draws one moment into the rows of a terminal. Uses the terminal's own sixteen colours, so that its theme holds. */
final class Picture {
    private static final AttributedStyle PLAIN = AttributedStyle.DEFAULT;
    private static final AttributedStyle DIM = PLAIN.faint();
    private static final AttributedStyle BOLD = PLAIN.bold();
    private static final AttributedStyle GOOD = PLAIN.foreground(AttributedStyle.GREEN);
    private static final AttributedStyle WARN = PLAIN.foreground(AttributedStyle.YELLOW);
    private static final AttributedStyle BAD = PLAIN.foreground(AttributedStyle.RED);
    private static final AttributedStyle BARS = PLAIN.foreground(AttributedStyle.CYAN);
    private static final int NODES_MAX = 6;
    private static final int RATE_SECONDS = 10;
    private static final int PHRASE = 24;

    private final String title;
    private final DateTimeFormatter time;

    Picture(String title, ZoneId zone) {
        this.title = title;
        this.time = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(zone);
    }

    /** How many events fit into this many rows. */
    static int room(int rows) {
        return Math.max(1, rows - 4);
    }

    List<AttributedString> draw(View view, int width, int rows, Instant now, @Nullable String typing) {
        var lines = new ArrayList<AttributedString>();
        lines.add(head(view, width, now));
        lines.add(rate(view, width));
        lines.addAll(nodes(view, width, now));
        lines.add(rule(width));
        for (var one : view.events()) {
            if (lines.size() >= rows - 1) {
                break;
            }
            lines.add(row(one, width));
        }
        if (view.events().isEmpty() && lines.size() < rows - 1) {
            lines.add(fit(new AttributedStringBuilder().append("  Waiting for the first event…", DIM), width));
        }
        while (lines.size() < rows - 1) {
            lines.add(AttributedString.EMPTY);
        }
        lines.add(foot(view, width, typing));
        return lines;
    }

    private AttributedString head(View view, int width, Instant now) {
        var left = new AttributedStringBuilder().append(" " + title, BOLD);
        var right = new AttributedStringBuilder();
        switch (view.state()) {
            case LIVE -> right.append("● live ", GOOD);
            case CONNECTING -> right.append("◌ connecting ", WARN);
            case CLOSED -> right.append("✕ signed out ", BAD);
            case OFFLINE -> {
                right.append("○ offline ", BAD).append(view.reason(), DIM);
                if (view.retryAt() != null) {
                    long seconds =
                            Math.max(0, Duration.between(now, view.retryAt()).toSeconds());
                    right.append(", next try in " + seconds + " s", DIM);
                }
                right.append(" ");
            }
        }
        return between(left, right, width);
    }

    private static AttributedString rate(View view, int width) {
        var rates = view.rates();
        double recent = rates.subList(rates.size() - RATE_SECONDS, rates.size()).stream()
                        .mapToLong(Long::longValue)
                        .sum()
                / (double) RATE_SECONDS;
        var words = " " + Words.number(recent) + "/s  " + view.total() + " events  ";
        var line = new AttributedStringBuilder().append(words, PLAIN);
        return fit(line.append(Words.bars(rates, Math.max(0, width - words.length() - 1)), BARS), width);
    }

    private static List<AttributedString> nodes(View view, int width, Instant now) {
        var health = view.health();
        var lines = new ArrayList<AttributedString>();
        if (health == null) {
            return lines;
        }
        lines.add(rule(width));
        var all = health.getJsonArray("nodes");
        for (int i = 0; i < Math.min(NODES_MAX, all.size()); i++) {
            var node = all.getJsonObject(i);
            lines.add(fit(node(node, metrics(view, node.getString("node", "")), now), width));
        }
        if (all.size() > NODES_MAX) {
            lines.add(new AttributedString("   and " + (all.size() - NODES_MAX) + " more", DIM));
        }
        return lines;
    }

    private static AttributedStringBuilder node(JsonObject node, @Nullable JsonObject metrics, Instant now) {
        var state = node.getString("state", "");
        var style = look(state);
        var since = Duration.between(Instant.parse(node.getString("since")), now);
        var line = new AttributedStringBuilder()
                .append(" ● ", style)
                .append("%-12s ".formatted(node.getString("node", "")), BOLD)
                .append("%-9s ".formatted(state), style)
                .append("%s up %s".formatted(node.getString("version", ""), Words.length(since)), DIM);
        if (metrics != null) {
            var requests = metrics.getJsonObject("requests");
            var p95 = requests.getDouble("p95");
            line.append("  cpu %2.0f%%".formatted(metrics.getDouble("cpu", 0.0) * 100))
                    .append("  heap "
                            + Words.mebibytes(metrics.getJsonObject("memory").getDouble("heapUsed", 0.0)))
                    .append("  " + Words.number(requests.getDouble("rate", 0.0)) + " req/s")
                    .append(p95 == null ? "" : "  p95 " + Words.number(p95) + " ms");
        }
        return line;
    }

    private static @Nullable JsonObject metrics(View view, String node) {
        var metrics = view.metrics();
        if (metrics == null) {
            return null;
        }
        return metrics.getJsonArray("nodes").stream()
                .map(JsonObject.class::cast)
                .filter(one -> node.equals(one.getString("node")))
                .findFirst()
                .orElse(null);
    }

    private static AttributedStyle look(String state) {
        return switch (state) {
            case "healthy" -> GOOD;
            case "degraded", "draining" -> WARN;
            default -> BAD;
        };
    }

    private AttributedString row(Happening one, int width) {
        var at = Instant.parse(one.event().getString("at"));
        var line = new AttributedStringBuilder()
                .append(" " + time.format(at) + "  ", DIM)
                .append(("%-" + PHRASE + "s ").formatted(Words.phrase(one.type())), BOLD)
                .append(Words.subject(one.event()), PLAIN);
        var right = new AttributedStringBuilder().append(one.type() + " ", DIM);
        return line.columnLength() + right.columnLength() < width ? between(line, right, width) : fit(line, width);
    }

    private static AttributedString foot(View view, int width, @Nullable String typing) {
        if (typing != null) {
            var line = new AttributedStringBuilder().append(" filter: ", PLAIN).append(typing + "▏", BOLD);
            return between(line, new AttributedStringBuilder().append("Enter keeps it, Esc clears it ", DIM), width);
        }
        var left = new AttributedStringBuilder();
        if (view.paused()) {
            left.append(" paused, " + view.waiting() + " new ", WARN);
        }
        if (!view.filter().isEmpty()) {
            left.append(" only “" + view.filter() + "” ", WARN);
        }
        left.append(" " + view.note(), DIM);
        return between(left, new AttributedStringBuilder().append("space pause  / filter  q quit ", DIM), width);
    }

    private static AttributedString rule(int width) {
        return new AttributedString("─".repeat(width), DIM);
    }

    private static AttributedString between(AttributedStringBuilder left, AttributedStringBuilder right, int width) {
        int gap = width - left.columnLength() - right.columnLength();
        if (gap >= 1) {
            left.append(" ".repeat(gap));
        }
        return fit(left.append(right.toAttributedString()), width);
    }

    private static AttributedString fit(AttributedStringBuilder line, int width) {
        return line.toAttributedString().columnSubSequence(0, width);
    }
}
