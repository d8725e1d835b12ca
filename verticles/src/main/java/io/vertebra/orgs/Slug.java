package io.vertebra.orgs;

import java.text.Normalizer;
import java.util.Locale;
import java.util.UUID;

/** The short name in addresses, made from a name when the client gives none. */
final class Slug {
    private static final int LENGTH_MAX = 40;
    private static final int SUFFIX_BITS = 30;
    private static final int SUFFIX_LENGTH = 6;
    private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

    private Slug() {}

    /** A slug that resembles the name; {@code fallback} when nothing of the name can stand in one. */
    static String of(String name, String fallback) {
        var plain = Normalizer.normalize(name, Normalizer.Form.NFD).replaceAll("\\p{M}", "");
        var slug = plain.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        var cut = trim(slug).substring(0, Math.min(trim(slug).length(), LENGTH_MAX - SUFFIX_LENGTH - 1));
        return trim(cut).length() < 2 ? fallback : trim(cut);
    }

    /** The same slug made unique by the random part of an id. */
    static String with(String slug, UUID id) {
        var suffix = new StringBuilder("-");
        long random = id.getLeastSignificantBits() & ((1L << SUFFIX_BITS) - 1);
        for (int shift = SUFFIX_BITS - 5; shift >= 0; shift -= 5) {
            suffix.append(ALPHABET.charAt((int) (random >> shift) & 31));
        }
        return slug + suffix;
    }

    private static String trim(String slug) {
        int from = slug.startsWith("-") ? 1 : 0;
        int to = slug.length() > from && slug.endsWith("-") ? slug.length() - 1 : slug.length();
        return slug.substring(from, to);
    }
}
