package io.vertebra.launcher.watch;

/** Nobody is signed in any more, and trying again would not help. */
public final class SignedOut extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With one sentence for the person at the terminal. */
    public SignedOut(String sentence) {
        super(sentence);
    }
}
