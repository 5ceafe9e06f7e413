package io.warren.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.warren.spi.Secret;
import java.security.SignatureException;
import org.junit.jupiter.api.Test;

class MemberKeysTest {
    private static MemberKeys keys(String cluster, String secret, String member) {
        return MemberKeys.derive(cluster, Secret.of(secret), member);
    }

    @Test
    void membersOfOneSecretTrustEachOther() throws Exception {
        MemberKeys one = keys("relays", "secret", "a");
        MemberKeys other = keys("relays", "secret", "b");
        assertThat(other.token()).isEqualTo(one.token()).hasSize(32);
        assertThat(other.authority().getPublicKey()).isEqualTo(one.authority().getPublicKey());
        assertThat(other.authority().getSubjectX500Principal())
                .isEqualTo(one.authority().getSubjectX500Principal());
        other.certificate().verify(one.authority().getPublicKey());
        one.authority().verify(other.authority().getPublicKey());
        assertThat(other.key()).isNotEqualTo(one.key());
    }

    @Test
    void anotherSecretOrNameMakesAnotherAuthority() {
        MemberKeys one = keys("relays", "secret", "a");
        for (MemberKeys other : new MemberKeys[] {keys("relays", "secreu", "a"), keys("relayt", "secret", "a")}) {
            assertThat(other.token()).isNotEqualTo(one.token());
            assertThatThrownBy(() -> other.certificate().verify(one.authority().getPublicKey()))
                    .isInstanceOf(SignatureException.class);
        }
    }

    @Test
    void memberIsNoAuthority() {
        MemberKeys keys = keys("relays", "secret", "a, O=b+c");
        assertThat(keys.certificate().getBasicConstraints()).isEqualTo(-1);
        assertThat(keys.authority().getBasicConstraints()).isGreaterThanOrEqualTo(0);
    }
}
