package io.vertebra.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.vertebra.kernel.module.Domain;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Who may import whom (the table of the architecture), on the compiled classes. */
class RoomsTest {
    private static final JavaClasses HOUSE =
            new ClassFileImporter(Set.of(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)).importPackages("io.vertebra");
    private static final Set<String> DOORS = Set.of("http", "live", "graph");

    private static Set<String> domains() {
        return ServiceLoader.load(Domain.class).stream()
                .map(p -> p.type().getPackageName().replaceFirst("io\\.vertebra\\.", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String[] packages(Iterable<String> names) {
        var all = new TreeSet<String>();
        names.forEach(n -> all.add("io.vertebra." + n + ".."));
        return all.toArray(String[]::new);
    }

    @Test
    void the_service_list_names_the_domains() {
        assertThat(domains()).contains("accounts", "orgs", "access", "audit");
    }

    @Test
    void a_contract_knows_only_bus_types_the_jdk_and_validation() {
        classes()
                .that()
                .resideInAPackage("io.vertebra.contract..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.vertebra.contract..",
                        "io.vertebra.bus..",
                        "java..",
                        "jakarta.validation..",
                        "org.jspecify..")
                .check(HOUSE);
    }

    @Test
    void bus_codecs_know_no_verticle() {
        noClasses()
                .that()
                .resideInAPackage("io.vertebra.bus..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertebra.kernel..", "io.vertebra.door..", "io.vertebra.launcher..")
                .check(HOUSE);
    }

    @Test
    void the_kernel_knows_no_domain_no_door_and_no_contract() {
        var others = domains();
        others.addAll(DOORS);
        others.add("door");
        others.add("contract");
        others.add("launcher");
        noClasses()
                .that()
                .resideInAPackage("io.vertebra.kernel..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages(others))
                .check(HOUSE);
    }

    @Test
    void a_domain_knows_no_other_domain_and_no_door() {
        for (String domain : domains()) {
            var others = domains();
            others.remove(domain);
            others.addAll(DOORS);
            others.add("door");
            others.add("launcher");
            noClasses()
                    .that()
                    .resideInAPackage("io.vertebra." + domain)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(packages(others))
                    .check(HOUSE);
        }
    }

    @Test
    void a_domain_has_one_public_class() {
        for (String domain : domains()) {
            classes()
                    .that()
                    .resideInAPackage("io.vertebra." + domain)
                    .and()
                    .areTopLevelClasses()
                    .and()
                    .arePublic()
                    .should()
                    .beAssignableTo(Domain.class)
                    .check(HOUSE);
        }
    }

    @Test
    void a_domain_is_one_flat_package() {
        for (String domain : domains()) {
            noClasses()
                    .should(com.tngtech.archunit.lang.conditions.ArchConditions.resideInAPackage(
                            "io.vertebra." + domain + ".*.."))
                    .check(HOUSE);
        }
    }

    @Test
    void the_doors_know_no_domain() {
        noClasses()
                .that()
                .resideInAnyPackage(packages(Set.of("http", "live", "door")))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages(domains()))
                .check(HOUSE);
    }

    @Test
    void the_launcher_names_no_domain() {
        noClasses()
                .that()
                .resideInAPackage("io.vertebra.launcher..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages(domains()))
                .check(HOUSE);
    }

    @Test
    void the_mechanisms_of_the_kernel_form_no_cycle() {
        slices().matching("io.vertebra.kernel.(*)..").should().beFreeOfCycles().check(HOUSE);
    }

    @Test
    void only_stores_hold_sql() {
        var sqlOutsideStores = DescribedPredicate.describe(
                "use the SQL client directly",
                (JavaClass c) -> c.getPackageName().startsWith("io.vertx.sqlclient")
                        && !c.getSimpleName().equals("Row"));
        for (String domain : domains()) {
            noClasses()
                    .that()
                    .resideInAPackage("io.vertebra." + domain)
                    .and()
                    .haveSimpleNameNotEndingWith("Store")
                    .should()
                    .dependOnClassesThat(sqlOutsideStores)
                    .check(HOUSE);
        }
    }

    @Test
    void nothing_waits_on_an_event_loop() {
        noClasses()
                .that()
                .resideInAnyPackage(packages(domains()))
                .should()
                .callMethod(io.vertx.core.Future.class, "await")
                .check(HOUSE);
    }

    @Test
    void requests_and_events_are_records() {
        for (JavaClass type : HOUSE) {
            if (type.getPackageName().equals("io.vertebra.contract")
                    && !type.isInterface()
                    && (type.isAssignableTo(io.vertebra.bus.Request.class)
                            || type.isAssignableTo(io.vertebra.bus.Event.class))) {
                assertThat(type.isRecord()).as(type.getName()).isTrue();
                assertThat(type.getModifiers()).contains(JavaModifier.STATIC);
            }
        }
    }
}
