/** The nouns and verbs that every component speaks: what flows, and who does it. No behaviour beyond defaults. */
package io.warren.spi;
