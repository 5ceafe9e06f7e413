/** What people and programs see of this process over HTTP: gost's web API, metrics. Views of the configuration and of what runs; acts through {@link io.warren.spi.Control}. */
package io.warren.console;
