package io.warren.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Where Warren takes more than gost 3.3.0 does, and where positions come from. */
class UrlTreeTest {
    private static String yaml(List<String> services, List<String> nodes) {
        Mapping tree = UrlTree.of(Loading.sources(List.of(), services, nodes));
        return YamlText.of(Printable.of(tree, Format.YAML, false, new Problems()));
    }

    @Test
    void everyAddressOfANodeListMayHaveAPort() {
        assertThat(yaml(List.of(), List.of("socks5://192.0.2.1:1080,[2001:db8::1]:1081?strategy=hash")))
                .contains("- name: node-0\n            addr: 192.0.2.1:1080\n")
                .contains("addr: '[2001:db8::1]:1081'")
                .contains("serverName: 192.0.2.1:1080,[2001:db8::1]");
    }

    @Test
    void thePathAfterASocketIsTheTarget() {
        assertThat(yaml(List.of("unix://a.sock/b.sock"), List.of())).isEqualTo("""
                services:
                  - name: service-0
                    addr: a.sock
                    handler:
                      type: unix
                    listener:
                      type: unix
                    forwarder:
                      nodes:
                        - name: target-0
                          addr: b.sock
                """);
        assertThat(yaml(List.of("serial://COM1,9600,even/COM2"), List.of()))
                .contains("addr: COM1,9600,even\n")
                .contains("addr: COM2\n");
    }

    @Test
    void aKeyKnowsItsUrl() {
        Mapping tree = UrlTree.of(Loading.sources(List.of(), List.of(":1", "http://:2?path=/x"), List.of()));
        Ledger ledger = new Ledger();
        TreeSettings.root(ledger, tree)
                .list("services")
                .get(1)
                .section("listener")
                .metadata()
                .problem("path", "wrong");
        assertThat(ledger.problems()).hasToString("-L#2?path: services[1].listener.metadata.path: wrong");
    }

    @Test
    void aRangeOfTooManyPortsIsRefused() {
        assertThatThrownBy(() -> yaml(List.of("tcp://:1-99999999"), List.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("-L#1: port range");
    }
}
