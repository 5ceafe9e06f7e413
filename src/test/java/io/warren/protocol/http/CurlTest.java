package io.warren.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The client that most people use. */
@Timeout(60)
class CurlTest {
    @BeforeEach
    void needsCurl() {
        boolean there = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "curl")));
        Assumptions.assumeTrue(there, "curl is not on the PATH");
    }

    private static String curl(HttpProxy proxy, String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of("curl", "-sS", "--noproxy", "", "-x", "http://" + proxy.address(), "-m", "20"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    /** Answers with method, version, and the body's length and check sum. */
    private static Origin summing() throws IOException {
        return new Origin((head, in, out) -> {
            if (head.toLowerCase(Locale.ROOT).contains("expect: 100-continue")) {
                out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            }
            CRC32 crc = new CRC32();
            long length = 0;
            for (String line : head.toLowerCase(Locale.ROOT).lines().toList()) {
                if (line.startsWith("content-length: ")) {
                    byte[] body = in.readNBytes(Integer.parseInt(line.substring(16)));
                    crc.update(body);
                    length = body.length;
                } else if (line.equals("transfer-encoding: chunked")) {
                    byte[] body = chunks(in);
                    crc.update(body);
                    length = body.length;
                }
            }
            String text = head.substring(0, head.indexOf(' ')) + " " + length + " " + crc.getValue();
            String answer = "HTTP/1.1 200 OK\r\nContent-Length: " + text.length() + "\r\n\r\n";
            out.write((answer + (head.startsWith("HEAD") ? "" : text)).getBytes(StandardCharsets.US_ASCII));
            return true;
        });
    }

    private static byte[] chunks(InputStream in) throws IOException {
        java.io.ByteArrayOutputStream body = new java.io.ByteArrayOutputStream();
        while (true) {
            StringBuilder size = new StringBuilder();
            for (int b = in.read(); b != '\n'; b = in.read()) {
                size.append((char) b);
            }
            int length = Integer.parseInt(size.toString().strip(), 16);
            body.write(in.readNBytes(length));
            in.readNBytes(2);
            if (length == 0) {
                return body.toByteArray();
            }
        }
    }

    @Test
    void everyWayOfAskingWorks(@TempDir Path folder) throws IOException {
        byte[] big = new byte[5 * 1024 * 1024];
        new Random(3).nextBytes(big);
        Path file = Files.write(folder.resolve("big"), big);
        CRC32 crc = new CRC32();
        crc.update(big);
        String sum = big.length + " " + crc.getValue();
        try (HttpProxy proxy = HttpProxy.open("keepalive", true);
                Origin origin = summing()) {
            String url = origin.url("/");
            assertThat(curl(proxy, url)).isEqualTo("GET 0 0");
            assertThat(curl(proxy, url, url, url)).isEqualTo("GET 0 0".repeat(3));
            assertThat(curl(proxy, "-p", url)).isEqualTo("GET 0 0");
            assertThat(curl(proxy, "-0", url)).isEqualTo("GET 0 0");
            assertThat(curl(proxy, "--proxy1.0", proxy.address().toString(), "-p", url))
                    .isEqualTo("GET 0 0");
            assertThat(curl(proxy, "-I", url)).startsWith("HTTP/1.1 200 OK\r\nContent-Length: ");
            assertThat(curl(proxy, "-X", "PROPFIND", url)).isEqualTo("PROPFIND 0 0");
            assertThat(curl(proxy, "--data-binary", "@" + file, url)).isEqualTo("POST " + sum);
            assertThat(curl(proxy, "-T", file.toString(), url)).isEqualTo("PUT " + sum);
            assertThat(curl(proxy, "-H", "Transfer-Encoding: chunked", "--data-binary", "@" + file, url))
                    .isEqualTo("POST " + sum);
            assertThat(curl(proxy, "-H", "Transfer-Encoding: chunked", "-H", "Expect:", "-T", file.toString(), url))
                    .isEqualTo("PUT " + sum);
            assertThat(curl(proxy, "-p", "-T", file.toString(), url)).isEqualTo("PUT " + sum);
        }
    }

    @Test
    void credentialsAreAskedForAndGiven() throws IOException {
        try (HttpProxy proxy = HttpProxy.withLogin();
                Origin origin = summing()) {
            assertThat(curl(proxy, "-w", "%{http_code}", origin.url("/"))).isEqualTo("407");
            assertThat(curl(proxy, "--proxy-user", "alice:s3cret", origin.url("/")))
                    .isEqualTo("GET 0 0");
            assertThat(curl(proxy, "--proxy-anyauth", "--proxy-user", "alice:s3cret", origin.url("/")))
                    .isEqualTo("GET 0 0");
            assertThat(curl(proxy, "-p", "--proxy-user", "alice:s3cret", origin.url("/")))
                    .isEqualTo("GET 0 0");
            assertThat(curl(proxy, "-p", "--proxy-user", "alice:wrong", origin.url("/")))
                    .contains("407");
        }
    }
}
