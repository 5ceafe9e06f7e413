/** TLS on any stream (RFC 8446, RFC 5246), with gost's certificate rules; changed files are used by the handshakes that follow. */
package io.warren.layer.tls;
