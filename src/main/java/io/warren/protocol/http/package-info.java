/**
 * The HTTP/1 proxy (RFC 9110 section 9.3.6, RFC 9112): CONNECT, plain requests with persistent connections and upgrade, and gost's UDP relay inside
 * a CONNECT. {@link io.warren.protocol.http.Conversation} reads a client's requests, {@link io.warren.protocol.http.Reception} decides about each, and
 * {@link io.warren.protocol.http.Exchange} carries out a plain one.
 *
 * <p>Other than gost: malformed requests are answered with 400 (gost closes); a request in origin form goes to its Host (gost: 503); hop-by-hop
 * fields end here and a client's connection persists whatever the target does with its own; fields keep their order and spelling; the UDP
 * relay is accepted when it stands (gost: before); CONNECT is possible behind plain requests; the first head has to come within 15 s.
 */
package io.warren.protocol.http;
