/** What exists: the explicit lists of transports and protocols. */
package io.warren.catalog;
