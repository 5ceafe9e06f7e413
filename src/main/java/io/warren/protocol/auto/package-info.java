/**
 * One port for several protocols, told apart by the first bytes: SOCKS4, SOCKS5, TLS (passed through to the server that the client names), and
 * HTTP for everything else.
 *
 * <p>Other than gost: TLS is passed through only where nobody has to log in, since a TLS client cannot, and the port would be an open proxy.
 */
package io.warren.protocol.auto;
