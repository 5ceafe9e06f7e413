/** TCP, the carrier under most other transports, and what is stacked on it: tls, ws, wss and the multiplexed mtcp, mtls, mws, mwss. */
package io.warren.transport.tcp;
