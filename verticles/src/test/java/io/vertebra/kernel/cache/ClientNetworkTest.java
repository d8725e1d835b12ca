package io.vertebra.kernel.cache;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientNetworkTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.7, 192.0.2.7",
        "2001:db8:1:2:3:4:5:6, 2001:db8:1:2::",
        "2001:db8:1:2::1, 2001:db8:1:2::",
        "2001:db8:1:2:ffff:ffff:ffff:ffff, 2001:db8:1:2::",
        "2001:db8:1:3::1, 2001:db8:1:3::",
        "::ffff:192.0.2.7, 192.0.2.7",
        "no address, no address",
        "no:address, no:address"
    })
    void a_client_is_counted_by_its_network(String address, String network) {
        assertThat(ClientNetwork.of(address)).isEqualTo(network);
    }
}
