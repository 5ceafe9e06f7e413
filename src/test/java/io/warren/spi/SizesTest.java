package io.warren.spi;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SizesTest {
    @ParameterizedTest
    @CsvSource({
        "0,0",
        "0B,0",
        "100B,100",
        "512KB,524288",
        "512KiB,524288",
        "1.5MB,1572864",
        "1MB512KB,1572864",
        ".5KB,512",
        "2GB,2147483648",
        "1TiB,1099511627776",
        "7EB,8070450532247928832"
    })
    void sizesArePowersOf1024(String text, long bytes) {
        assertThat(Sizes.parse(text)).hasValue(bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "100", "100k", "100kb", "1mb", "MB", "-1MB", "1 MB", "1MB2", "9EB", "1MBx", "x1MB", "1.MB"})
    void whatGostTakesForNoLimitIsNoSize(String text) {
        assertThat(Sizes.parse(text)).isEmpty();
    }
}
