package io.vertebra.orgs;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.contract.Orgs;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlugTest {
    @ParameterizedTest
    @CsvSource({
        "Acme, acme",
        "Acme & Söhne GmbH, acme-sohne-gmbh",
        "'  --Hello,   World!--  ', hello-world",
        "日本語, org",
        "x, org",
        "A name that is much too long to stand in an address as it is, a-name-that-is-much-too-long-to-s"
    })
    void a_slug_resembles_the_name(String name, String slug) {
        assertThat(Slug.of(name, "org")).isEqualTo(slug);
    }

    @Property
    void every_name_gives_a_slug_that_the_contract_accepts(@ForAll String name, @ForAll long random) {
        assertThat(Slug.of(name, "org")).matches(Orgs.SLUG);
        assertThat(Slug.with(Slug.of(name, "org"), new UUID(random, random))).matches(Orgs.SLUG);
    }
}
