package io.warren.spi;

/**
 * What passes in the clear at the beginning of a TLS connection, in the words of a record.
 *
 * @param serverName as the client asked for it
 * @param cipherSuite as the server chose it; empty when its answer was not seen
 * @param compressionMethod likewise
 * @param application the first application protocol that the client offers (ALPN), or what the server chose where that is visible
 * @param version as the server chose it, {@code tls1.3}
 * @param client the client's record in hexadecimal digits
 * @param server the server's likewise
 */
public record Hellos(
        String serverName,
        String cipherSuite,
        int compressionMethod,
        String application,
        String version,
        String client,
        String server) {}
