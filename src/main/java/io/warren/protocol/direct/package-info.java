/** A chain's end without a node: what is meant for it goes out over this host's own sockets, or is refused ({@code action: reject}). */
package io.warren.protocol.direct;
