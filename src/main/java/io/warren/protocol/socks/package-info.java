/**
 * SOCKS5 (RFC 1928, RFC 1929) with gost's extensions, SOCKS4 and SOCKS4A. gost adds to SOCKS5 the methods 0x80 and 0x82, which turn to TLS in the
 * middle of the stream, and the commands 0xF2, a BIND for many visitors over a mux, and 0xF3, datagrams over the stream. It reads requests and replies
 * with one read and loses what comes with them; so a client of ours sends nothing before the reply, and a server of ours waits a moment after it.
 * An agent of ours offers one method more, 0xD7, which only a Warren chooses: behind it both introduce themselves, once the client is let in.
 */
package io.warren.protocol.socks;
