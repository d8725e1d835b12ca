package io.vertebra.bus;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;

/** The Javadoc of contracts and bus types at run time, as Markdown; empty where there is none. */
public final class Docs {
    /** Where the texts lie, one file for each top-level type; written by {@link JavadocCarrier}. */
    static final String FOLDER = "META-INF/vertebra/docs/";

    private static final Map<Class<?>, Properties> READ = new ConcurrentHashMap<>();

    private Docs() {}

    /** What is said of a type: the text before its tags. */
    public static String of(Class<?> type) {
        return text(type, path(type));
    }

    /** The first sentence of what is said of a type, without its full stop. */
    public static String summary(Class<?> type) {
        var text = of(type);
        int end = text.indexOf(". ");
        var first = end < 0 ? text : text.substring(0, end);
        first = first.contains("\n\n") ? first.substring(0, first.indexOf("\n\n")) : first;
        return first.endsWith(".") ? first.substring(0, first.length() - 1) : first;
    }

    /** What is said of a record's component or an enum's constant of this name. */
    public static String of(Class<?> type, String member) {
        return text(type, path(type) + "#" + member);
    }

    private static String path(Class<?> type) {
        return type.getEnclosingClass() == null
                ? type.getSimpleName()
                : path(type.getEnclosingClass()) + "." + type.getSimpleName();
    }

    private static String text(Class<?> type, String key) {
        var top = type;
        while (top.getEnclosingClass() != null) {
            top = top.getEnclosingClass();
        }
        return READ.computeIfAbsent(top, Docs::read).getProperty(key, "");
    }

    private static Properties read(Class<?> top) {
        var texts = new Properties();
        var loader = top.getClassLoader() == null ? Docs.class.getClassLoader() : top.getClassLoader();
        try (var in = loader.getResourceAsStream(FOLDER + top.getName() + ".properties")) {
            if (in != null) {
                texts.load(new InputStreamReader(in, StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return texts;
    }
}
