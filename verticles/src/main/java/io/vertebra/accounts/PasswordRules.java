package io.vertebra.accounts;

import io.vertebra.bus.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a password must be like, after NIST SP 800-63B-4: long, and nothing that is tried first. No rules about kinds of
 * characters. Pure.
 */
final class PasswordRules {
    /** What must be left when everything that is tried first is taken out. */
    private static final int REST_MIN = 4;

    private static final int DISTINCT_MIN = 5;
    private static final int CONTEXT_LENGTH_MIN = 3;
    private static final int WALK_LENGTH_MIN = 4;
    private static final String PRODUCT = "vertebra";
    private static final List<String> WALKS = List.of(
            "abcdefghijklmnopqrstuvwxyz",
            "01234567890",
            "qwertyuiop",
            "qwertzuiop",
            "asdfghjkl",
            "zxcvbnm",
            "azertyuiop",
            "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p");

    private final int lengthMin;
    private final List<String> common;

    /** Rules with a minimum length in characters. */
    PasswordRules(int lengthMin) {
        this.lengthMin = lengthMin;
        this.common = load();
    }

    /** What is wrong with a password of this person; null when nothing is. */
    @Nullable
    Problem problem(String pointer, String password, String email, String name) {
        var normal = Normalizer.normalize(password, Normalizer.Form.NFKC);
        if (normal.codePointCount(0, normal.length()) < lengthMin) {
            return Problem.invalid(pointer, "must have at least " + lengthMin + " characters");
        }
        var bare = bare(normal);
        if (normal.chars().distinct().count() < DISTINCT_MIN || isRepetition(bare)) {
            return Problem.invalid(pointer, "repeats itself; choose something that is harder to guess");
        }
        if (rest(bare, email, name) < REST_MIN) {
            return Problem.invalid(
                    pointer,
                    "is made of common passwords, sequences, your name or your address; try four random words");
        }
        return null;
    }

    /** How many characters are left without digits, sequences, common passwords and words about the person. */
    private int rest(String bare, String email, String name) {
        var rest = bare;
        var context = Stream.of(email.split("[^\\p{L}\\p{N}]+"), name.split("[^\\p{L}\\p{N}]+"))
                .flatMap(Arrays::stream)
                .map(PasswordRules::bare)
                .filter(word -> word.length() >= CONTEXT_LENGTH_MIN)
                .sorted(Comparator.comparing(String::length).reversed())
                .toList();
        for (var word : context) {
            rest = rest.replace(word, " ");
        }
        rest = withoutWalks(rest.replace(PRODUCT, " "));
        for (var word : common) {
            rest = rest.replace(word, " ");
        }
        return (int) rest.chars().filter(Character::isLetter).count();
    }

    private static String withoutWalks(String text) {
        var rest = new StringBuilder();
        int start = 0;
        for (int i = 1; i <= text.length(); i++) {
            boolean goesOn = i < text.length() && isWalk(text.substring(start, i + 1));
            if (!goesOn) {
                if (i - start < WALK_LENGTH_MIN) {
                    rest.append(text, start, i);
                } else {
                    rest.append(' ');
                }
                start = i;
            }
        }
        return rest.toString();
    }

    private static boolean isWalk(String piece) {
        var back = new StringBuilder(piece).reverse().toString();
        return WALKS.stream().anyMatch(walk -> walk.contains(piece) || walk.contains(back));
    }

    private static boolean isRepetition(String bare) {
        for (int period = 1; period <= bare.length() / 2; period++) {
            if (bare.startsWith(bare.substring(period))) {
                return true;
            }
        }
        return false;
    }

    /** Lower case, the usual stand-ins for letters undone, nothing but letters and digits. */
    private static String bare(String text) {
        var lower = Normalizer.normalize(text, Normalizer.Form.NFKC)
                .toLowerCase(Locale.ROOT)
                .replace('@', 'a')
                .replace('$', 's')
                .replaceAll("(?<=\\p{L})0(?=\\p{L})", "o")
                .replaceAll("(?<=\\p{L})1(?=\\p{L})", "i")
                .replaceAll("(?<=\\p{L})3(?=\\p{L})", "e");
        return lower.replaceAll("[^\\p{L}\\p{N}]", "");
    }

    private static List<String> load() {
        try (InputStream list = PasswordRules.class.getResourceAsStream("common-passwords.txt")) {
            if (list == null) {
                throw new IllegalStateException("the list of common passwords is missing");
            }
            return new String(list.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .sorted(Comparator.comparing(String::length).reversed())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
