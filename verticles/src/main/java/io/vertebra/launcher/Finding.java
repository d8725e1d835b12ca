package io.vertebra.launcher;

/**
 * What {@code doctor} found about one thing.
 *
 * @param what the thing
 * @param well whether it is well
 * @param detail how it is; when it is not well, what to mend
 */
record Finding(String what, boolean well, String detail) {
    static Finding well(String what, String detail) {
        return new Finding(what, true, detail);
    }

    static Finding ill(String what, String detail) {
        return new Finding(what, false, detail);
    }
}
