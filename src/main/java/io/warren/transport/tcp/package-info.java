/** Plain TCP: the carrier under most other transports. */
package io.warren.transport.tcp;
