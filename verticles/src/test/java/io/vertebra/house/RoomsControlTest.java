package io.vertebra.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles for each rule of {@link Rooms} a class that breaks it, and expects the rule to name it. */
class RoomsControlTest {
    private static final Pattern PACKAGE = Pattern.compile("package ([\\w.]+);");
    private static final Pattern TYPE = Pattern.compile("(?:class|interface) (\\w+)");

    @TempDir
    private Path folder;

    private void assertBroken(ArchRule rule, String... sources) throws IOException {
        var result = rule.evaluate(new ClassFileImporter().importPath(compiled(sources)));
        assertThat(result.hasViolation()).as(rule.getDescription()).isTrue();
        assertThat(result.getFailureReport().toString()).contains("Sample");
    }

    private Path compiled(String... sources) throws IOException {
        var files = new ArrayList<String>();
        for (var source : sources) {
            var file = folder.resolve(found(PACKAGE, source).replace('.', '/')).resolve(found(TYPE, source) + ".java");
            Files.createDirectories(file.getParent());
            files.add(Files.writeString(file, source).toString());
        }
        var real = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        var arguments = new ArrayList<>(List.of("-proc:none", "-cp", real, "-d", folder.toString()));
        arguments.addAll(files);
        int failed = ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new));
        assertThat(failed).as("the sample compiles").isZero();
        return folder;
    }

    private static String found(Pattern pattern, String source) {
        var match = pattern.matcher(source);
        assertThat(match.find()).as(source).isTrue();
        return match.group(1);
    }

    @Test
    void a_contract_that_knows_vertx_is_found() throws IOException {
        assertBroken(
                Rooms.contractsKnowOnlyBusTypesTheJdkAndValidation(),
                "package io.vertebra.contract; interface Sample { io.vertx.core.Future<String> ask(); }");
    }

    @Test
    void a_codec_that_knows_the_kernel_is_found() throws IOException {
        assertBroken(
                Rooms.busCodecsKnowNoVerticle(),
                "package io.vertebra.bus; class Sample { io.vertebra.kernel.db.Work work; }");
    }

    @Test
    void a_mechanism_that_knows_a_contract_a_door_or_a_domain_is_found() throws IOException {
        for (var stranger : List.of("contract.Orgs", "door.Gate", "orgs.OrgsVerticle")) {
            assertBroken(
                    Rooms.theKernelKnowsNoDomainNoDoorAndNoContract(),
                    "package io.vertebra.kernel.db; class Sample { io.vertebra." + stranger + " known; }");
        }
    }

    @Test
    void a_domain_that_knows_another_or_a_door_is_found() throws IOException {
        for (var stranger : List.of("accounts.AccountsVerticle", "door.Gate", "http.HttpDoor")) {
            assertBroken(
                    Rooms.aDomainKnowsNoOtherDomainAndNoDoor("orgs"),
                    "package io.vertebra.orgs; class Sample { io.vertebra." + stranger + " known; }");
        }
    }

    @Test
    void a_second_public_class_is_found() throws IOException {
        assertBroken(Rooms.aDomainHasOnePublicClass("orgs"), "package io.vertebra.orgs; public class Sample {}");
    }

    @Test
    void a_package_within_a_domain_that_is_not_pure_is_found() throws IOException {
        assertBroken(
                Rooms.packagesWithinADomainArePure("orgs"),
                "package io.vertebra.orgs.inner; class Sample { io.vertebra.kernel.db.Work work; }");
        assertBroken(
                Rooms.packagesWithinADomainArePure("orgs"), "package io.vertebra.orgs.inner.most; class Sample {}");
    }

    @Test
    void a_door_that_knows_a_domain_is_found() throws IOException {
        for (var door : List.of("http", "live", "door")) {
            assertBroken(
                    Rooms.theDoorsKnowNoDomain(),
                    "package io.vertebra." + door + "; class Sample { io.vertebra.orgs.OrgsVerticle known; }");
        }
    }

    @Test
    void a_launcher_that_names_a_domain_is_found() throws IOException {
        assertBroken(
                Rooms.theLauncherNamesNoDomain(),
                "package io.vertebra.launcher; class Sample { io.vertebra.orgs.OrgsVerticle known; }");
    }

    @Test
    void two_mechanisms_that_know_each_other_are_found() throws IOException {
        assertBroken(
                Rooms.theMechanismsOfTheKernelFormNoCycle(),
                "package io.vertebra.kernel.one; public class Sample { io.vertebra.kernel.two.Other other; }",
                "package io.vertebra.kernel.two; public class Other { io.vertebra.kernel.one.Sample sample; }");
    }

    @Test
    void sql_outside_of_a_store_is_found() throws IOException {
        assertBroken(
                Rooms.onlyStoresHoldSql("orgs"),
                "package io.vertebra.orgs; class Sample { io.vertx.sqlclient.Tuple values; }");
    }

    @Test
    void waiting_is_found() throws IOException {
        assertBroken(
                Rooms.nothingWaitsOnAnEventLoop(),
                "package io.vertebra.orgs; class Sample {"
                        + " static String get(io.vertx.core.Future<String> later) { return later.await(); } }");
    }

    @Test
    void a_request_that_is_no_record_is_found() throws IOException {
        assertBroken(
                Rooms.requestsAndEventsAreRecords(),
                "package io.vertebra.contract; final class Sample implements io.vertebra.bus.Event {}");
    }
}
