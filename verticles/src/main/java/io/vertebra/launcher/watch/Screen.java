package io.vertebra.launcher.watch;

import java.io.IOException;
import java.time.Clock;
import java.time.ZoneId;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;
import org.jline.utils.Display;
import org.jline.utils.InfoCmp.Capability;
import org.jline.utils.NonBlockingReader;
import org.jspecify.annotations.Nullable;

/** Shows a board on a terminal until the person leaves; then the terminal is as it was. */
public final class Screen {
    private static final long LOOK_MS = 150;
    private static final int INTERRUPT = 3;
    private static final int ESCAPE = 27;
    private static final int BACKSPACE = 8;
    private static final int DELETE = 127;
    private static final int SPACE = ' ';

    private final Terminal terminal;
    private final Board board;
    private final Picture picture;
    private final Clock clock;
    private final AtomicBoolean leaving = new AtomicBoolean();
    private @Nullable StringBuilder typing;

    /** A screen with this title. */
    public Screen(Terminal terminal, Board board, String title, Clock clock) {
        this.terminal = terminal;
        this.board = board;
        this.clock = clock;
        this.picture = new Picture(title, ZoneId.systemDefault());
    }

    /** Draws and listens to the keys; answers when the person leaves or nothing more can come. */
    public void show() throws IOException {
        Attributes before = terminal.enterRawMode();
        var display = new Display(terminal, true);
        for (var signal : new Terminal.Signal[] {Terminal.Signal.INT, Terminal.Signal.QUIT}) {
            terminal.handle(signal, raised -> leaving.set(true));
        }
        terminal.puts(Capability.enter_ca_mode);
        terminal.puts(Capability.cursor_invisible);
        terminal.flush();
        try {
            while (!leaving.get() && board.watching()) {
                draw(display);
                key(terminal.reader());
            }
        } finally {
            terminal.puts(Capability.exit_ca_mode);
            terminal.puts(Capability.cursor_visible);
            terminal.flush();
            terminal.setAttributes(before);
        }
    }

    private void draw(Display display) {
        int width = Math.max(20, terminal.getWidth());
        int rows = Math.max(6, terminal.getHeight());
        display.resize(rows, width);
        var view = board.view(Picture.room(rows));
        var words = typing == null ? null : typing.toString();
        display.update(picture.draw(view, width, rows, clock.instant(), words), -1);
    }

    private void key(NonBlockingReader keys) throws IOException {
        int key = keys.read(LOOK_MS);
        if (key == NonBlockingReader.READ_EXPIRED) {
            return;
        }
        if (key == NonBlockingReader.EOF || key == INTERRUPT) {
            leaving.set(true);
        } else if (typing != null) {
            type(typing, key);
        } else {
            switch (key) {
                case 'q', 'Q' -> leaving.set(true);
                case SPACE, 'p' -> board.pause();
                case '/' -> typing = new StringBuilder();
                case ESCAPE -> board.filter("");
                default -> {
                    // Any other key means nothing here.
                }
            }
        }
    }

    private void type(StringBuilder words, int key) {
        switch (key) {
            case '\r', '\n' -> typing = null;
            case ESCAPE -> {
                words.setLength(0);
                typing = null;
            }
            case BACKSPACE, DELETE -> words.setLength(Math.max(0, words.length() - 1));
            default -> {
                if (!Character.isISOControl(key)) {
                    words.appendCodePoint(key);
                }
            }
        }
        board.filter(words.toString());
    }
}
