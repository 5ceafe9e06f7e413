/**
 * WebSocket (RFC 6455) as a carrier of bytes: each write is a binary message, boundaries mean nothing. As in gost one direction ends with that of the
 * carrier below, without a Close frame.
 */
package io.warren.layer.ws;
