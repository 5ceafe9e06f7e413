/** Arguments in, exit code out. Flags read as gost reads them. */
package io.warren.cli;
