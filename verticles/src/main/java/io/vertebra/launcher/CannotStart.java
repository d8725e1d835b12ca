package io.vertebra.launcher;

/** What the person at the command line has to mend, in one sentence. */
final class CannotStart extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CannotStart(String sentence) {
        super(sentence, null, false, false);
    }
}
