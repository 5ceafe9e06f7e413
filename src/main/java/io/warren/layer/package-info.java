/** Formats that run on any stream and that several rooms need: TLS, WebSocket, smux; and how a transport is stacked from a carrier and layers. */
package io.warren.layer;
