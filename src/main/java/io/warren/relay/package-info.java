/** The one datagram pump and the one stream join, with metering and idle time. */
package io.warren.relay;
