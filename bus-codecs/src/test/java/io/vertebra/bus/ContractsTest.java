package io.vertebra.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vertebra.contract.Orgs;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ContractsTest {
    private final Contracts contracts = Contracts.load();

    @Test
    void an_operation_says_everything_that_its_record_says() {
        var create = contracts.operation(Orgs.CreateProject.class);

        assertThat(create.name()).isEqualTo("Orgs.CreateProject");
        assertThat(create.domain()).isEqualTo("orgs");
        assertThat(create.answer()).isEqualTo(Orgs.Project.class);
        assertThat(create.permission()).isEqualTo("orgs.projects.write");
        assertThat(create.scope()).isEqualTo(Scope.ORG);
        assertThat(create.route()).isEqualTo(Route.of(Verb.POST, "/v1/orgs/{orgId}/projects"));
        assertThat(create.mutation()).isTrue();
        assertThat(create.component("slug").optional()).isTrue();
        assertThat(create.component("name").optional()).isFalse();
        var org = UUID.randomUUID();
        var request = create.create(new Object[] {org, "One", null, null});
        assertThat(request).isEqualTo(new Orgs.CreateProject(org, "One", null, null));
        assertThat(create.orgId(request)).isEqualTo(org);
    }

    @Test
    void the_answer_of_a_list_keeps_its_item_type() {
        var answer = contracts.operation(Orgs.ListProjects.class).answer();

        assertThat(answer.getTypeName()).isEqualTo("io.vertebra.bus.Page<io.vertebra.contract.Orgs$Project>");
    }

    @Test
    void an_event_says_its_key_its_org_and_its_permission() {
        var event = contracts.event(Orgs.ProjectCreated.class);
        var fact = new Orgs.ProjectCreated(new UUID(0, 1), new UUID(0, 2), "One");

        assertThat(event.name()).isEqualTo("Orgs.ProjectCreated");
        assertThat(event.key(fact)).isEqualTo(new UUID(0, 2).toString());
        assertThat(event.orgId(fact)).isEqualTo(new UUID(0, 1));
        assertThat(event.permission()).isEqualTo("orgs.projects.read");
    }

    @Test
    void operations_stand_in_the_order_of_the_contract() {
        assertThat(contracts.operationsOf("orgs").getFirst().name()).isEqualTo("Orgs.CreateOrg");
    }

    @Test
    void every_operation_component_of_an_answer_and_event_carries_a_sentence() {
        assertThat(contracts.operations()).allSatisfy(operation -> assertThat(Docs.summary(operation.type()))
                .isNotBlank());
        assertThat(contracts.events())
                .allSatisfy(event -> assertThat(Docs.summary(event.type())).isNotBlank());
        assertThat(Docs.of(Page.class, "next")).contains("cursor of the next page");
    }

    sealed interface Silent<R> extends Request<R> {
        @Get("/v1/silent")
        record Ask() implements Silent<Nothing> {}
    }

    @Test
    void an_operation_without_an_access_rule_is_refused() {
        assertRefused("Silent.Ask has no access rule", Silent.class);
    }

    sealed interface Torn<R> extends Request<R> {
        @Get("/v1/torn")
        @Public
        @SignedIn
        record Ask() implements Torn<Nothing> {}
    }

    @Test
    void an_operation_with_two_access_rules_is_refused() {
        assertRefused("Torn.Ask has more than one access rule", Torn.class);
    }

    sealed interface Twice<R> extends Request<R> {
        @Get("/v1/twice/{a}")
        @Public
        record One(UUID a) implements Twice<Nothing> {}

        @Get("/v1/twice/{b}")
        @Public
        record Two(UUID b) implements Twice<Nothing> {}
    }

    @Test
    void two_operations_on_one_route_are_refused() {
        assertRefused("Twice.Two and Twice.One are both served as", Twice.class);
    }

    sealed interface Loose<R> extends Request<R> {
        @Get("/v1/loose/{thingId}")
        @Public
        record Ask(UUID otherId) implements Loose<Nothing> {}
    }

    @Test
    void a_path_variable_without_a_component_is_refused() {
        assertRefused("Loose.Ask has the path variable {thingId}, but no component", Loose.class);
    }

    sealed interface Listy<R> extends Request<R> {
        @Get("/v1/listy/{ids}")
        @Public
        record Ask(List<UUID> ids) implements Listy<Nothing> {}
    }

    @Test
    void a_path_variable_that_a_path_cannot_hold_is_refused() {
        assertRefused("which cannot hold a List", Listy.class);
    }

    sealed interface Keyless<R> extends Request<R> {
        @Get("/v1/keyless")
        @Public
        record Ask() implements Keyless<Nothing> {}

        @Needs("keyless.things.read")
        record Happened(UUID thingId) implements Event {}
    }

    @Test
    void an_event_without_a_key_is_refused() {
        assertRefused("Keyless.Happened has no component with @Key", Keyless.class);
    }

    sealed interface Leaky<R> extends Request<R> {
        @Get("/v1/leaky")
        @Public
        record Ask() implements Leaky<Nothing> {}

        record Unread(@Key UUID thingId) implements Event {}

        @Needs("leaky.things.read")
        record Told(@Key UUID thingId, @Secret String token) implements Event {}
    }

    @Test
    void an_event_without_a_permission_or_with_a_secret_is_refused() {
        assertRefused("Leaky.Unread does not say with @Needs", Leaky.class);
        assertRefused("Leaky.Told holds a secret", Leaky.class);
    }

    sealed interface Odd<R> extends Request<R> {
        @Get("/v1/odd")
        @Needs("odd.things.read")
        record NoScope() implements Odd<Nothing> {}

        @Get("/v1/orgs/{orgId}/odd")
        @Needs("everything")
        record BadPermission(UUID orgId) implements Odd<Nothing> {}

        @Get("odd")
        @Public
        record BadPath() implements Odd<Nothing> {}

        @Public
        record Nowhere() implements Odd<Nothing> {}

        @Internal
        @Public
        record OpenInside() implements Odd<Nothing> {}

        @Internal
        @Get("/v1/odd/inside")
        @Needs("odd.inside.read")
        record ServedInside() implements Odd<Nothing> {}

        @Get("/v1/odd/{id}")
        @Public
        record MaybePath(@Nullable UUID id) implements Odd<Nothing> {}

        @Get("/v1/odd/string")
        @Public
        record Text() implements Odd<String> {}
    }

    @Test
    void every_other_contradiction_is_named_and_all_of_them_at_once() {
        var refused = catchThrowableOfType(InvalidContracts.class, () -> Contracts.of(Odd.class));

        assertThat(refused.faults())
                .anyMatch(fault -> fault.startsWith("Odd.NoScope needs a permission, but its path"))
                .anyMatch(fault -> fault.startsWith("Odd.BadPermission needs \"everything\""))
                .anyMatch(fault -> fault.startsWith("Odd.BadPath has a malformed path"))
                .anyMatch(fault -> fault.startsWith("Odd.Nowhere has no route"))
                .anyMatch(fault -> fault.startsWith("Odd.OpenInside is @Internal and so must say @Needs"))
                .anyMatch(fault -> fault.startsWith("Odd.ServedInside is @Internal and has a route"))
                .anyMatch(fault -> fault.startsWith("Odd.MaybePath takes id from the path"))
                .anyMatch(fault -> fault.startsWith("Odd.Text answers with String"))
                .hasSize(8);
    }

    record Undeclared(@Key UUID id) implements Event {}

    @Test
    void what_no_contract_declares_is_unknown() {
        assertThat(catchThrowableOfType(IllegalArgumentException.class, () -> contracts.event(Undeclared.class)))
                .hasMessageContaining("no event of any contract");
        assertThat(contracts.operation("java.lang.Runtime")).isNull();
        assertThat(catchThrowableOfType(InvalidContracts.class, () -> Contracts.of(Runnable.class)))
                .hasMessageContaining("not a sealed interface");
    }

    private static void assertRefused(String fault, Class<?> contract) {
        var refused = catchThrowableOfType(InvalidContracts.class, () -> Contracts.of(contract));
        assertThat(refused).as("refusal of " + contract.getSimpleName()).isNotNull();
        assertThat(refused.faults()).anyMatch(found -> found.contains(fault));
    }
}
