package io.vertebra.kernel.bus;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NamedMembersTest {
    private final Map<String, List<String>> names = new HashMap<>();

    private NamedMembers members(String... named) {
        return new NamedMembers(List.of(named), name -> {
            var found = names.getOrDefault(name, List.of());
            if (found.isEmpty()) {
                throw new UnknownHostException(name);
            }
            var addresses = new InetAddress[found.size()];
            for (int i = 0; i < addresses.length; i++) {
                addresses[i] = InetAddress.getByName(found.get(i));
            }
            return addresses;
        });
    }

    @Test
    void a_name_stands_for_all_of_its_addresses() {
        names.put("nodes", List.of("10.0.0.1", "10.0.0.2", "fd00::3"));
        names.put("10.0.0.9", List.of("10.0.0.9"));

        assertThat(members("nodes:5701", "10.0.0.9").getMembers())
                .containsExactly("10.0.0.1:5701", "10.0.0.2:5701", "[fd00:0:0:0:0:0:0:3]:5701", "10.0.0.9");
    }

    @Test
    void a_name_that_nobody_bears_is_looked_up_again() {
        var members = members("node-1:5701", "node-2:5701");
        names.put("node-1", List.of("10.0.0.1"));
        assertThat(members.getMembers()).containsExactly("10.0.0.1:5701");

        names.put("node-2", List.of("10.0.0.2"));
        assertThat(members.getMembers()).containsExactly("10.0.0.1:5701", "10.0.0.2:5701");
    }
}
