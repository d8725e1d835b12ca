package io.vertebra.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who may import whom, on the compiled classes. {@link RoomsControlTest} shows that each rule can be broken. */
class RoomsTest {
    private static final JavaClasses HOUSE =
            new ClassFileImporter(Set.of(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)).importPackages("io.vertebra");

    @Test
    void the_service_list_names_the_domains() {
        assertThat(Rooms.domains()).contains("accounts", "orgs", "access", "audit");
    }

    @Test
    void a_contract_knows_only_bus_types_the_jdk_and_validation() {
        Rooms.contractsKnowOnlyBusTypesTheJdkAndValidation().check(HOUSE);
    }

    @Test
    void bus_codecs_know_no_verticle() {
        Rooms.busCodecsKnowNoVerticle().check(HOUSE);
    }

    @Test
    void the_kernel_knows_no_domain_no_door_and_no_contract() {
        Rooms.theKernelKnowsNoDomainNoDoorAndNoContract().check(HOUSE);
    }

    @Test
    void a_domain_knows_no_other_domain_and_no_door() {
        Rooms.domains().forEach(domain -> Rooms.aDomainKnowsNoOtherDomainAndNoDoor(domain)
                .check(HOUSE));
    }

    @Test
    void a_domain_has_one_public_class() {
        Rooms.domains().forEach(domain -> Rooms.aDomainHasOnePublicClass(domain).check(HOUSE));
    }

    @Test
    void packages_within_a_domain_are_pure() {
        Rooms.domains()
                .forEach(domain -> Rooms.packagesWithinADomainArePure(domain).check(HOUSE));
    }

    @Test
    void the_doors_know_no_domain() {
        Rooms.theDoorsKnowNoDomain().check(HOUSE);
    }

    @Test
    void the_launcher_names_no_domain() {
        Rooms.theLauncherNamesNoDomain().check(HOUSE);
    }

    @Test
    void the_mechanisms_of_the_kernel_form_no_cycle() {
        Rooms.theMechanismsOfTheKernelFormNoCycle().check(HOUSE);
    }

    @Test
    void only_stores_hold_sql() {
        Rooms.domains().forEach(domain -> Rooms.onlyStoresHoldSql(domain).check(HOUSE));
    }

    @Test
    void nothing_waits_on_an_event_loop() {
        Rooms.nothingWaitsOnAnEventLoop().check(HOUSE);
    }

    @Test
    void requests_and_events_are_records() {
        Rooms.requestsAndEventsAreRecords().check(HOUSE);
    }
}
