/**
 * Files and command-line URLs to one positioned tree, the tree to {@link io.warren.spi.Settings}, every problem with its position. Knows gost's names
 * and output format, but not what this build offers: that is the catalogue's.
 */
package io.warren.config;
