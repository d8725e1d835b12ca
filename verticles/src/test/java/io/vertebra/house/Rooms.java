package io.vertebra.house;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.conditions.ArchConditions;
import io.vertebra.bus.Event;
import io.vertebra.bus.Request;
import io.vertebra.kernel.module.Domain;
import java.util.Arrays;
import java.util.Collection;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Who may import whom: the table of the architecture as rules. */
final class Rooms {
    private static final Set<String> DOORS = Set.of("http", "live", "graph");

    private Rooms() {}

    static Set<String> domains() {
        return ServiceLoader.load(Domain.class).stream()
                .map(p -> p.type().getPackageName().replaceFirst("io\\.vertebra\\.", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String[] packages(Collection<String> names) {
        return names.stream().map(name -> "io.vertebra." + name + "..").toArray(String[]::new);
    }

    private static Set<String> with(Collection<String> names, String... more) {
        var all = new TreeSet<>(names);
        all.addAll(Arrays.asList(more));
        return all;
    }

    private static ArchRule strangers(Collection<String> rooms, Collection<String> strangers) {
        return noClasses()
                .that()
                .resideInAnyPackage(packages(rooms))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages(strangers));
    }

    static ArchRule contractsKnowOnlyBusTypesTheJdkAndValidation() {
        return classes()
                .that()
                .resideInAPackage("io.vertebra.contract..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.vertebra.contract..",
                        "io.vertebra.bus..",
                        "java..",
                        "jakarta.validation..",
                        "org.jspecify..");
    }

    static ArchRule busCodecsKnowNoVerticle() {
        return strangers(Set.of("bus"), Set.of("kernel", "door", "launcher"));
    }

    static ArchRule theKernelKnowsNoDomainNoDoorAndNoContract() {
        return strangers(Set.of("kernel"), with(with(domains(), "door", "contract", "launcher"), doors()));
    }

    private static String[] doors() {
        return DOORS.toArray(String[]::new);
    }

    static ArchRule aDomainKnowsNoOtherDomainAndNoDoor(String domain) {
        var others = with(with(domains(), "door", "launcher"), doors());
        others.remove(domain);
        return strangers(Set.of(domain), others);
    }

    static ArchRule aDomainHasOnePublicClass(String domain) {
        return classes()
                .that()
                .resideInAPackage("io.vertebra." + domain)
                .and()
                .areTopLevelClasses()
                .and()
                .arePublic()
                .should()
                .beAssignableTo(Domain.class);
    }

    /** Beside its flat package a domain may have one of pure rules, one level down: no SQL, no Vert.x, no kernel. */
    static ArchRule packagesWithinADomainArePure(String domain) {
        return classes()
                .that()
                .resideInAPackage("io.vertebra." + domain + ".*..")
                .should(ArchConditions.resideInAPackage("io.vertebra." + domain + ".*"))
                .andShould()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.vertebra." + domain + ".*",
                        "io.vertebra.contract",
                        "io.vertebra.bus",
                        "java..",
                        "org.jspecify..")
                .allowEmptyShould(true);
    }

    static ArchRule theDoorsKnowNoDomain() {
        return strangers(Set.of("http", "live", "door"), domains());
    }

    static ArchRule theLauncherNamesNoDomain() {
        return strangers(Set.of("launcher"), domains());
    }

    static ArchRule theMechanismsOfTheKernelFormNoCycle() {
        return slices().matching("io.vertebra.kernel.(*)..").should().beFreeOfCycles();
    }

    static ArchRule onlyStoresHoldSql(String domain) {
        var sql = DescribedPredicate.describe(
                "use the SQL client directly",
                (JavaClass c) -> c.getPackageName().startsWith("io.vertx.sqlclient")
                        && !c.getSimpleName().equals("Row"));
        return noClasses()
                .that()
                .resideInAPackage("io.vertebra." + domain)
                .and()
                .haveSimpleNameNotEndingWith("Store")
                .should()
                .dependOnClassesThat(sql);
    }

    static ArchRule nothingWaitsOnAnEventLoop() {
        return noClasses()
                .that()
                .resideInAnyPackage(packages(domains()))
                .should()
                .callMethod(io.vertx.core.Future.class, "await");
    }

    static ArchRule requestsAndEventsAreRecords() {
        return classes()
                .that()
                .resideInAPackage("io.vertebra.contract")
                .and()
                .areNotInterfaces()
                .and(assignableTo(Request.class).or(assignableTo(Event.class)))
                .should()
                .beRecords();
    }
}
