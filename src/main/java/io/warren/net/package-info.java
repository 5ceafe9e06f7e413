/**
 * Bytes: streams, datagram flows, and how they are joined. The only room that sees Vert.x internals and opens sockets; {@code layer} adds Netty
 * handlers to a stream through {@link io.warren.net.Pipeline}, everybody else sees {@link io.warren.net.Stream} and
 * {@link io.warren.net.DatagramFlow}.
 */
package io.warren.net;
