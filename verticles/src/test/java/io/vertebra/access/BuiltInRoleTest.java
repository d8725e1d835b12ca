package io.vertebra.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.bus.Contracts;
import io.vertebra.contract.Access.PermissionScope;
import io.vertebra.contract.Orgs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class BuiltInRoleTest {
    /** A permission that is new stands in no line yet: whoever adds one decides it here for every role. */
    @Test
    void every_permission_is_decided_for_every_role() throws IOException {
        var permissions = new Permissions(Contracts.load());
        var lines = new ArrayList<String>();
        for (var permission : permissions.names(PermissionScope.ORG)) {
            var holders = Arrays.stream(BuiltInRole.values())
                    .filter(role -> role.of(java.util.List.of(permission)).contains(permission))
                    .map(BuiltInRole::label)
                    .collect(Collectors.joining(" "));
            lines.add(permission + ": " + holders);
        }
        for (var permission : permissions.names(PermissionScope.PLATFORM)) {
            lines.add(permission + ": " + Roles.OPERATOR);
        }

        assertThat(lines).isEqualTo(decided());
    }

    @Test
    void the_roles_are_those_that_orgs_knows() {
        assertThat(Arrays.stream(BuiltInRole.values()).map(Enum::name))
                .containsExactlyElementsOf(
                        Arrays.stream(Orgs.Role.values()).map(Enum::name).toList());
    }

    private static java.util.List<String> decided() throws IOException {
        try (var in = BuiltInRoleTest.class.getResourceAsStream("/access/permissions.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }
}
